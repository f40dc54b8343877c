package io.luhproc.posix;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import jnr.constants.platform.Errno;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Calls recvmsg(2) and sendto(2) through jnr-ffi. The layouts are those of 64-bit Linux. */
final class JnrDatagramSocket implements DatagramSocket {
  // sys/socket.h of Linux on x86-64 and AArch64.
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PASSCRED = 16;
  private static final int SCM_RIGHTS = 1;
  private static final int SCM_CREDENTIALS = 2;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int SHUT_RDWR = 2;
  // struct msghdr: the fields that are used, and its size.
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int MSG_CONTROL = 32;
  private static final int MSG_CONTROLLEN = 40;
  private static final int MSG_FLAGS = 48;
  private static final int MSGHDR_SIZE = 56;
  private static final int IOVEC_SIZE = 16;
  // struct cmsghdr: the length includes the header; data follows; aligned to 8 bytes.
  private static final int CMSG_LEVEL = 8;
  private static final int CMSG_TYPE = 12;
  private static final int CMSG_DATA = 16;
  // Credentials take 32 bytes, and the most descriptors, SCM_MAX_FD = 253, take 1032.
  private static final int CONTROL_SIZE = 2048;
  private static final int CONTROL = MSGHDR_SIZE + IOVEC_SIZE;
  private static final int TEXT = CONTROL + CONTROL_SIZE;

  private final int descriptor;
  private final Pointer message;
  private volatile boolean closed;

  private JnrDatagramSocket(int descriptor) {
    this.descriptor = descriptor;
    this.message = allocate(TEXT + MAX_TEXT_BYTES);
  }

  /** Holds the one binding per JVM: its generated classes are never unloaded. */
  private static final class Libc {
    static final NotifyLibC INSTANCE =
        NativeAccess.loadSerially(
            () ->
                LibraryLoader.create(NotifyLibC.class)
                    .option(LibraryOption.LoadNow, true)
                    .failImmediately()
                    .load("c"));
    static final Runtime RUNTIME = Runtime.getRuntime(INSTANCE);
  }

  private static NotifyLibC libc() throws IOException {
    String arch = System.getProperty("os.arch", "");
    boolean isLinux =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    if (!isLinux || !(arch.equals("amd64") || arch.equals("aarch64"))) {
      throw new IOException("it needs Linux on x86-64 or AArch64");
    }
    if (!NativeAccess.loadsWithoutWarning()) {
      throw new IOException(
          "this JVM has no native access; start java with --enable-native-access=ALL-UNNAMED");
    }
    try {
      return Libc.INSTANCE;
    } catch (LinkageError | RuntimeException e) {
      throw new IOException("cannot load jnr: " + e, e);
    }
  }

  /** Allocates zeroed memory that the garbage collector frees. */
  private static Pointer allocate(int size) {
    return Pointer.wrap(
        Libc.RUNTIME, ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
  }

  static DatagramSocket bind(Path path) throws IOException {
    NotifyLibC libc = libc();
    Address address = Address.of(path.toString());
    int descriptor = open(libc);
    Pointer one = allocate(Integer.BYTES);
    one.putInt(0, 1);
    try {
      check(libc.setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, one, Integer.BYTES), "setsockopt");
      check(libc.bind(descriptor, address.memory(), address.length()), "bind " + path);
      return new JnrDatagramSocket(descriptor);
    } catch (IOException e) {
      int ignored = libc.close(descriptor);
      throw e;
    } finally {
      Reference.reachabilityFence(one);
      Reference.reachabilityFence(address);
    }
  }

  private static int open(NotifyLibC libc) throws IOException {
    int descriptor = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    check(descriptor, "create a socket");
    return descriptor;
  }

  static void send(String target, String text) throws IOException {
    NotifyLibC libc = libc();
    Address address = Address.of(target);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Pointer memory = allocate(Math.max(1, bytes.length));
    memory.put(0, bytes, 0, bytes.length);
    int descriptor = open(libc);
    try {
      long sent =
          libc.sendto(
              descriptor,
              memory,
              bytes.length,
              MSG_DONTWAIT | MSG_NOSIGNAL,
              address.memory(),
              address.length());
      check(sent, "send to " + target);
    } finally {
      int ignored = libc.close(descriptor);
      Reference.reachabilityFence(memory);
      Reference.reachabilityFence(address);
    }
  }

  @Override
  public Optional<Datagram> receive() throws IOException {
    NotifyLibC libc = libc();
    while (!closed) {
      prepareMessage();
      long count = libc.recvmsg(descriptor, message, MSG_CMSG_CLOEXEC);
      int error = count < 0 ? LastError.getLastError(Libc.RUNTIME) : 0;
      long pid = count < 0 ? 0 : readControl(libc);
      if (error != 0 && error != Errno.EINTR.intValue()) {
        throw failure(error, "receive");
      }
      if (error == 0 && !closed) {
        byte[] bytes = new byte[(int) count];
        message.get(TEXT, bytes, 0, bytes.length);
        boolean isCut = (message.getInt(MSG_FLAGS) & MSG_TRUNC) != 0;
        return Optional.of(new Datagram(pid, new String(bytes, StandardCharsets.UTF_8), isCut));
      }
    }
    release();
    return Optional.empty();
  }

  private void prepareMessage() {
    long address = message.address();
    message.setMemory(0, MSGHDR_SIZE, (byte) 0);
    message.putLong(MSG_IOV, address + MSGHDR_SIZE);
    message.putLong(MSG_IOVLEN, 1);
    message.putLong(MSG_CONTROL, address + CONTROL);
    message.putLong(MSG_CONTROLLEN, CONTROL_SIZE);
    message.putLong(MSGHDR_SIZE, address + TEXT);
    message.putLong(MSGHDR_SIZE + Long.BYTES, MAX_TEXT_BYTES);
  }

  /** Returns the pid of the sender, and closes the descriptors that it passed. */
  private long readControl(NotifyLibC libc) {
    long pid = 0;
    long end = Math.min(message.getLong(MSG_CONTROLLEN), CONTROL_SIZE);
    long offset = 0;
    while (offset + CMSG_DATA <= end) {
      long header = CONTROL + offset;
      long length = message.getLong(header);
      if (length < CMSG_DATA || offset + length > end) {
        break;
      }
      boolean isSocket = message.getInt(header + CMSG_LEVEL) == SOL_SOCKET;
      int type = message.getInt(header + CMSG_TYPE);
      if (isSocket && type == SCM_CREDENTIALS) {
        pid = message.getInt(header + CMSG_DATA);
      } else if (isSocket && type == SCM_RIGHTS) {
        for (long at = CMSG_DATA; at + Integer.BYTES <= length; at += Integer.BYTES) {
          int ignored = libc.close(message.getInt(header + at));
        }
      }
      offset += (length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }
    return pid;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      // A blocked recvmsg(2) returns 0 then.
      int ignored = Libc.INSTANCE.shutdown(descriptor, SHUT_RDWR);
    }
  }

  private synchronized void release() {
    int ignored = Libc.INSTANCE.close(descriptor);
  }

  private static void check(long result, String what) throws IOException {
    if (result < 0) {
      throw failure(LastError.getLastError(Libc.RUNTIME), what);
    }
  }

  private static IOException failure(int error, String what) {
    return new IOException("cannot " + what + ": " + Errno.valueOf(error).description());
  }

  /** A struct sockaddr_un in native memory. */
  private record Address(Pointer memory, int length) {
    private static final int PATH = 2;

    static Address of(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > MAX_PATH_BYTES) {
        throw new IOException(
            "path "
                + text
                + " has "
                + bytes.length
                + " bytes, and a socket can have "
                + MAX_PATH_BYTES
                + "; choose a shorter directory");
      }
      boolean isAbstract = text.startsWith("@");
      if (isAbstract) {
        bytes[0] = 0;
      }
      Pointer memory = allocate(PATH + MAX_PATH_BYTES + 1);
      memory.putShort(0, (short) AF_UNIX);
      memory.put(PATH, bytes, 0, bytes.length);
      return new Address(memory, PATH + bytes.length + (isAbstract ? 0 : 1));
    }
  }
}
