/**
 * Millrace: an ordered map in shared memory that every worker of a program opens at once, and that
 * survives the death of any of them.
 */
export { open } from './open.js';
export { attach, ready } from './attach.js';
export { ERROR_CODES, MillraceError } from './errors.js';

export type { OpenOptions } from './open.js';
export type { AttachOptions } from './attach.js';
export type { StoreHandle } from './handle.js';
export type { ErrorCode } from './errors.js';
export type { FlushOptions, Store } from './store.js';
export type { Progress } from './journal/loading.js';
export type { Durability } from './journal/durability.js';
export type { BatchOperation } from './txn/batch.js';
export type { Transaction } from './txn/transaction.js';
export type { TransactionOptions } from './txn/run.js';
export type { Range } from './map/range.js';
export type { WriteOptions } from './map/write.js';
export type { Outcome } from './map/identity.js';
export type { Encodings } from './map/session.js';
export type { ByteRange, Key, KeyCodec, KeyEncodingName, KeyScalar } from './codec/key.js';
export type { ValueCodec, ValueEncodingName } from './codec/value.js';
export type { MemberEvent, MemberListener, Members } from './supervisor/members.js';
export type { Member } from './supervisor/slot-table.js';
export type { Stream } from './stream/stream.js';
export type { Writer } from './stream/writer.js';
export type { Rows } from './stream/rows.js';
export type { Consumer } from './stream/consumer.js';
export type { Batch } from './stream/batch.js';
export type { Message } from './stream/message.js';
export type { PeekedMessage, PeekOptions } from './stream/peek.js';
export type { StreamKey } from './stream/partition-of.js';
export type { Overflow } from './stream/outgoing.js';
export type {
  PushOptions, StreamOptions, SubscribeOptions, WriterOptions,
} from './stream/options.js';
export type { CheckReport } from './inspect/check.js';
export type { Stats } from './inspect/stats.js';
