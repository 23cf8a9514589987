import { messageOf } from '../../base/errors.js';
import { type NullBroker, startNullBroker } from './null-broker.js';
import type { Answers, FromProcess, Question, ToProcess } from './process-messages.js';
import { standStill } from './stand-still.js';

// A null broker as a process of its own: to be forked, and told what to do by messages. It ends when
// it is told to, and when whoever forked it is gone.

process.title = 'rmqbench-null-broker';

let broker: NullBroker | undefined;

async function obey(message: ToProcess): Promise<void> {
  if (message.kind === 'start') {
    broker = await startNullBroker(message.options);
    answer({ kind: 'started', url: broker.url });
  } else if (message.kind === 'ask') {
    if (!broker) return;
    answer({ kind: 'answer', id: message.id, answer: answerTo(message.question, broker) });
  } else {
    await broker?.stop();
    process.disconnect();
  }
}

function answerTo(question: Question, asked: NullBroker): Answers[keyof Answers] {
  if (question.about === 'counts') return asked.counts();
  if (question.about === 'delays') return asked.delays();
  return standStill(question.lengthMicros);
}

function answer(message: FromProcess): void {
  process.send?.(message);
}

process.on('message', (message: ToProcess) => {
  obey(message).catch((thrown: unknown) => {
    answer({ kind: 'failed', message: messageOf(thrown) });
  });
});
process.on('disconnect', () => process.exit());
// An interrupt from the terminal reaches the whole group; whoever forked this decides when it ends.
process.on('SIGINT', () => {});
