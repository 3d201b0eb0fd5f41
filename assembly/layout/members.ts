// The members of a group: names of instances, in a chain of stream nodes. The lock of the first one
// covers all of them.
//
//    8  group id u32 | 0     16  further node u32, 0 = none     24  29 names u64, 0 = empty

import { NODE_BYTES } from "./node";

@inline export const MEMBERS_ID: usize = 8;
@inline export const MEMBERS_NEXT: usize = 16;
@inline export const MEMBERS_FIRST: usize = 24;
@inline export const MEMBER_CAP: u32 = 29;

if (MEMBERS_FIRST + <usize>MEMBER_CAP * 8 != NODE_BYTES) ERROR("members: must fill the node");
