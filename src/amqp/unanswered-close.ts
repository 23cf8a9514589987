import { closeLimitMillis } from './load-client.js';

/** Why a connection is given up whose channel was to be closed. */
export const unansweredClose = `the broker did not answer within ${closeLimitMillis / 1000} s that its channel was closed`;
