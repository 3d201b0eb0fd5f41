// The exports of the core; everything else stands below. Numbers only: no constants, no objects.

export { attach, declareDead, takeSlot } from "./mtx/membership";
export { recover, recoverAll } from "./mtx/recovery";
