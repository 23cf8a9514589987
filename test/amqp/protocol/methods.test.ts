import { describe, expect, test } from 'vitest';
import { type MethodName, methodName, methods } from '../../../src/amqp/protocol/methods.js';
import { amqplibDefinitions } from './amqplib-codec.js';

/** `basic.get-ok` as amqplib writes it: BasicGetOk. */
function amqplibName(name: string): string {
  return name.replace(/(?:^|[.-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

describe('every method', () => {
  test.each(Object.keys(methods) as MethodName[])(
    '%s has the number that amqplib knows',
    (name) => {
      expect(methods[name]).toBe(amqplibDefinitions[amqplibName(name)]);
    },
  );

  test('is called by its name', () => {
    for (const [name, id] of Object.entries(methods)) expect(methodName(id)).toBe(name);
  });
});

test('a method that is not spoken here is called by its numbers', () => {
  expect(methodName(0x003c_006e)).toBe('method 60.110');
  expect(methodName(0xffff_fffe)).toBe('method 65535.65534');
});
