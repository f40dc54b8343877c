package io.luhproc.posix;

import jnr.ffi.Pointer;

/**
 * Binds the functions of {@link JnrDatagramSocket} for jnr-ffi. Public because jnr-ffi requires it.
 * Pointers, {@code size_t} and {@code ssize_t} have 64 bits on all supported platforms.
 */
public interface NotifyLibC {
  int socket(int domain, int type, int protocol);

  int bind(int descriptor, Pointer address, int length);

  int setsockopt(int descriptor, int level, int option, Pointer value, int length);

  long recvmsg(int descriptor, Pointer message, int flags);

  long sendto(
      int descriptor, Pointer bytes, long length, int flags, Pointer address, int addressLength);

  int shutdown(int descriptor, int how);

  int close(int descriptor);
}
