// A slot: four cache lines that describe one incarnation of a worker after the other. Whatever
// stands here belongs to the slot and passes to its next incarnation.
//
//  line 0, recovery:   0 ST u64      8 notes[14] u32: addresses of the locks held or wanted
//  line 1, owner:     64 LAST u64, greatest ticket   72 magazine A u64   80 magazine B u64
//                     88 open frame u64             100 note mark u32    104 stream frame u64
//  line 2, others:   128 GEN u32   132 owner u32   136 reader pin u64   144 block address u32
//                    148 role u32: thread id of a supervisor, 0 for all others
//                    152 tail u32: records that are drained, modulo 2^16
//                    160 bell u32   164 bell for asynchronous waits u32   168 wanted u32
//                    172 beat u32: moved by the owner's host, as a sign that it is well
//  line 3, counters: 192 eight u64 statistics of the owner, kept across incarnations
//
//  magazine: end (32) | next (32), a run of fresh nodes    open frame: id (32) | tail offset (32)
//  bell: 1 = its owner sleeps on it or is about to    wanted: partition that it needs credit of

@inline export const SLOT_BYTES: usize = 256;
@inline export const ST: usize = 0;
@inline export const NOTES: usize = 8;
@inline export const NOTES_IN_LINE: u32 = 14;
@inline export const LAST: usize = 64;
@inline export const MAGAZINE_A: usize = 72;
@inline export const MAGAZINE_B: usize = 80;
@inline export const OPEN_FRAME: usize = 88;
@inline export const NOTE_MARK: usize = 100;
@inline export const STREAM_FRAME: usize = 104;
@inline export const GEN: usize = 128;
@inline export const OWNER: usize = 132;
@inline export const PIN: usize = 136;
@inline export const BLOCK: usize = 144;
@inline export const ROLE: usize = 148;
@inline export const TAIL: usize = 152;
@inline export const BELL: usize = 160;
@inline export const BELL_ASYNC: usize = 164;
@inline export const WANTED: usize = 168;
@inline export const BEAT: usize = 172;
@inline export const COUNTERS: usize = 192;

if (NOTES + NOTES_IN_LINE * 4 != LAST) ERROR("slot: notes must fill the first line");
if ((LAST | MAGAZINE_A | MAGAZINE_B | OPEN_FRAME | STREAM_FRAME | PIN) & 7) {
  ERROR("slot: u64 fields unaligned");
}
if ((BELL & 7) != 0 || BELL_ASYNC != BELL + 4) ERROR("slot: both bells must be one word");
if (COUNTERS + 64 != SLOT_BYTES) ERROR("slot: counters must fill the last line");
