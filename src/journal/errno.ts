/**
 * Names of the errors that WASI preview1 counts, in its order.
 * Source: WASI preview1, witx/typenames.witx, $errno.
 */
const NAMES = `SUCCESS 2BIG ACCES ADDRINUSE ADDRNOTAVAIL AFNOSUPPORT AGAIN ALREADY BADF BADMSG BUSY
  CANCELED CHILD CONNABORTED CONNREFUSED CONNRESET DEADLK DESTADDRREQ DOM DQUOT EXIST FAULT FBIG
  HOSTUNREACH IDRM ILSEQ INPROGRESS INTR INVAL IO ISCONN ISDIR LOOP MFILE MLINK MSGSIZE MULTIHOP
  NAMETOOLONG NETDOWN NETRESET NETUNREACH NFILE NOBUFS NODEV NOENT NOEXEC NOLCK NOLINK NOMEM NOMSG
  NOPROTOOPT NOSPC NOSYS NOTCONN NOTDIR NOTEMPTY NOTRECOVERABLE NOTSOCK NOTSUP NOTTY NXIO OVERFLOW
  OWNERDEAD PERM PIPE PROTO PROTONOSUPPORT PROTOTYPE RANGE ROFS SPIPE SRCH STALE TIMEDOUT TXTBSY
  XDEV NOTCAPABLE`.split(/\s+/);

/** The name as Node spells it, such as ENOSPC. */
export function errnoName(errno: number): string {
  return errno < NAMES.length ? `E${NAMES[errno]}` : `errno ${errno}`;
}

/** The number of such a name, that of EIO for a name that WASI does not know. */
export function errnoOf(name: string): number {
  const index = NAMES.indexOf(name.slice(1));
  return index < 0 ? NAMES.indexOf('IO') : index;
}
