import { type MethodName, methods } from '../protocol/methods.js';
import { basicMethods } from './basic-methods.js';
import { exchangeMethods } from './exchange-methods.js';
import type { MethodHandler } from './method-handlers.js';
import { modeMethods } from './mode-methods.js';
import { queueMethods } from './queue-methods.js';

const handlers = { ...exchangeMethods, ...queueMethods, ...basicMethods, ...modeMethods };

/** By the method's number: what clients ask open channels for, all but publishing and its like. */
export const channelHandlers: ReadonlyMap<number, MethodHandler> = new Map(
  Object.entries(handlers).map(([name, handler]) => [methods[name as MethodName], handler]),
);
