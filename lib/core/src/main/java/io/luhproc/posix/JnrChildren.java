package io.luhproc.posix;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import jnr.constants.platform.Errno;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.LoggerFactory;

/** Children through jnr-ffi. */
final class JnrChildren implements Children {
  // More than posix_spawnattr_t (336) and posix_spawn_file_actions_t (80) of glibc.
  private static final int ROOM = 512;
  // spawn.h of glibc.
  private static final short POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final short POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final short POSIX_SPAWN_SETSID = 0x80;
  // sys/epoll.h; a struct epoll_event is packed on x86-64 only.
  private static final int EPOLL_CLOEXEC = 02000000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLLIN_ONESHOT = 1 | 1 << 30;
  private static final int EPOLLIN = 1;
  private static final boolean IS_X86 = "amd64".equals(System.getProperty("os.arch"));
  private static final int EVENT_DATA = IS_X86 ? 4 : 8;
  private static final int EVENT_SIZE = EVENT_DATA + Long.BYTES;
  private static final int EVENTS_AT_ONCE = 64;
  // sys/eventfd.h: EFD_CLOEXEC, EFD_NONBLOCK.
  private static final int EFD_FLAGS = 02000000 | 04000;
  // asm-generic/unistd.h: the same number on every architecture. glibc has it since 2.36 only.
  private static final long SYS_PIDFD_OPEN = 434;
  private static final int WNOHANG = 1;
  // A sigset_t has a bit for each signal from 1 on.
  private static final long ALL_BUT_KILL_AND_STOP = ~(1L << (9 - 1) | 1L << (19 - 1));
  private static final int SIGNALLED = 128;
  private static final Duration LONGEST_TRIAL = Duration.ofSeconds(2);
  private static final int TRIAL_WAITS = 5;
  private static final int TRIAL_STATUS = 7;
  // No process: what tells of a wake-up.
  private static final int WAKE = 0;

  private final SpawnCalls libc;
  private final Runtime runtime;
  private final Pointer attributes;
  private final int epoll;
  private final int wake;
  // Belongs to the thread that waits.
  private final Pointer events;
  // Guarded by itself.
  private final Pointer event;
  private final Map<Integer, Integer> descriptors = new ConcurrentHashMap<>();

  private JnrChildren(SpawnCalls libc) throws IOException {
    this.libc = libc;
    this.runtime = Runtime.getRuntime(libc);
    this.events = zeros(EVENTS_AT_ONCE * EVENT_SIZE);
    this.event = zeros(EVENT_SIZE);
    this.attributes = attributes();
    this.epoll = opened("epoll_create1", libc.epoll_create1(EPOLL_CLOEXEC));
    try {
      this.wake = opened("eventfd", libc.eventfd(0, EFD_FLAGS));
    } catch (IOException e) {
      closeDescriptor(epoll);
      throw e;
    }
  }

  /** Memory that the JDK frees once nobody refers to it. */
  private Pointer zeros(int size) {
    return Pointer.wrap(runtime, ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
  }

  /**
   * A session of its own, and no signal blocked or ignored: what nohup(1) or a shell in the
   * background has this JVM ignore, a shell could not trap, and who reloads at SIGHUP never would.
   */
  private Pointer attributes() throws IOException {
    Pointer made = zeros(ROOM);
    Pointer signals = zeros(ROOM);
    try {
      check("posix_spawnattr_init", libc.posix_spawnattr_init(made));
      check("posix_spawnattr_setsigmask", libc.posix_spawnattr_setsigmask(made, signals));
      signals.putLong(0, ALL_BUT_KILL_AND_STOP);
      check("posix_spawnattr_setsigdefault", libc.posix_spawnattr_setsigdefault(made, signals));
      short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
      check("posix_spawnattr_setflags", libc.posix_spawnattr_setflags(made, flags));
    } finally {
      Reference.reachabilityFence(signals);
    }
    return made;
  }

  /** Bound once: the binding is made of classes, which are never unloaded. */
  private static final class Libc {
    static final SpawnCalls CALLS =
        NativeAccess.load(
            () ->
                LibraryLoader.create(SpawnCalls.class)
                    .option(LibraryOption.LoadNow, true)
                    .failImmediately()
                    .load("c"));
  }

  static Optional<Children> load() {
    boolean isKnown =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")
            && (IS_X86 || "aarch64".equals(System.getProperty("os.arch")));
    if (!isKnown || !NativeAccess.isSilent()) {
      return Optional.empty();
    }
    try {
      JnrChildren loaded = new JnrChildren(Libc.CALLS);
      loaded.tryOrClose();
      return Optional.of(loaded);
    } catch (IOException | RuntimeException | LinkageError e) {
      LoggerFactory.getLogger(JnrChildren.class)
          .debug("posix_spawn(3) is not used; processes are started by the JDK", e);
      return Optional.empty();
    }
  }

  private void tryOrClose() throws IOException {
    boolean works = false;
    try {
      check("epoll_ctl", add(wake, EPOLLIN, WAKE) ? 0 : lastErrno());
      tryOne();
      works = true;
    } finally {
      if (!works) {
        close();
      }
    }
  }

  /** Where SIGCHLD is ignored, say, or a sandbox forbids a call, nobody would hear of an end. */
  private void tryOne() throws IOException {
    List<String> argv = List.of("sh", "-c", "exit " + TRIAL_STATUS);
    int pid =
        spawn(
            new SpawnOrder(
                "/bin/sh", argv, Map.of(), Path.of("/"), Optional.empty(), Optional.empty()));
    boolean told = false;
    int[] status = new int[1];
    int reaped;
    try {
      told = watch(pid) && isToldOf(pid);
    } finally {
      // It ends by itself soon, so this leaves no zombie where nobody was told.
      reaped = libc.waitpid(pid, status, 0);
      forget(pid);
    }
    if (!told || reaped != pid || exitStatus(status[0]) != TRIAL_STATUS) {
      throw new IOException("told of the end: " + told + ", status: " + status[0]);
    }
  }

  private boolean isToldOf(int pid) throws IOException {
    // A signal ends a wait, but hardly all of them.
    for (int i = 0; i < TRIAL_WAITS; i++) {
      if (awaitEnded(LONGEST_TRIAL).contains(pid)) {
        return true;
      }
    }
    return false;
  }

  // Starting.

  @Override
  public int spawn(SpawnOrder order) throws IOException {
    SpawnText text = new SpawnText();
    int program = text.add(order.program());
    int directory = text.add(order.directory().toString());
    int nothing = text.add("/dev/null");
    int out = text.add(order.out().map(Path::toString).orElse(""));
    int err = text.add(order.err().map(Path::toString).orElse(""));
    int argv = text.addAll(order.argv());
    int environment = text.addAll(variables(order));
    SpawnText.Placed placed = text.place(runtime);
    int[] pid = new int[1];
    try (SpawnActions actions = new SpawnActions(libc, zeros(ROOM))) {
      actions.closeFrom(3);
      actions.enter(placed.string(directory));
      actions.read(0, placed.string(nothing));
      redirect(actions, order, placed.string(out), placed.string(err));
      check(
          "posix_spawn",
          libc.posix_spawn(
              pid,
              placed.string(program),
              actions.pointer(),
              attributes,
              placed.list(argv, environment),
              placed.list(environment, environment + order.environment().size())));
    } finally {
      // Who has only the addresses does not keep the memory.
      Reference.reachabilityFence(placed);
    }
    return pid[0];
  }

  private static List<String> variables(SpawnOrder order) {
    return order.environment().entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .toList();
  }

  /** Without a file for stdout both stay as they are; without one for stderr it joins stdout. */
  private static void redirect(SpawnActions actions, SpawnOrder order, Pointer out, Pointer err)
      throws IOException {
    if (order.out().isPresent()) {
      actions.append(1, out);
      if (order.err().isPresent()) {
        actions.append(2, err);
      } else {
        actions.copy(1, 2);
      }
    }
  }

  // Ends.

  @Override
  public boolean watch(int pid) {
    int descriptor = (int) libc.syscall(SYS_PIDFD_OPEN, pid, 0);
    if (descriptor < 0) {
      return false;
    }
    forget(pid);
    // Before it can be told of, for who is told of it looks for it here.
    descriptors.put(pid, descriptor);
    if (add(descriptor, EPOLLIN_ONESHOT, pid)) {
      return true;
    }
    forget(pid);
    return false;
  }

  private boolean add(int descriptor, int what, int pid) {
    synchronized (event) {
      event.putInt(0, what);
      event.putLong(EVENT_DATA, pid);
      return libc.epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, event) == 0;
    }
  }

  private void forget(int pid) {
    Integer descriptor = descriptors.remove(pid);
    if (descriptor != null) {
      // Not by closing it alone: a child that is just being started by others has a copy.
      int ignored = libc.epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, event);
      closeDescriptor(descriptor);
    }
  }

  @Override
  public List<Integer> awaitEnded(Duration longest) throws IOException {
    int millis = (int) Math.min(longest.toMillis(), Integer.MAX_VALUE);
    int count = libc.epoll_wait(epoll, events, EVENTS_AT_ONCE, millis);
    int errno = count < 0 ? lastErrno() : 0;
    check("epoll_wait", errno == Errno.EINTR.intValue() ? 0 : errno);
    List<Integer> ended = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int pid = (int) events.getLong((long) i * EVENT_SIZE + EVENT_DATA);
      if (pid == WAKE) {
        int ignored = libc.eventfd_read(wake, new long[1]);
      } else {
        ended.add(pid);
      }
    }
    return ended;
  }

  @Override
  public void wake() {
    int ignored = libc.eventfd_write(wake, 1);
  }

  @Override
  public OptionalInt reap(int pid) {
    int[] status = new int[1];
    int reaped = libc.waitpid(pid, status, WNOHANG);
    boolean isRunning = reaped == 0 || (reaped < 0 && lastErrno() != Errno.ECHILD.intValue());
    if (isRunning) {
      return OptionalInt.empty();
    }
    forget(pid);
    return OptionalInt.of(reaped < 0 ? UNKNOWN_STATUS : exitStatus(status[0]));
  }

  /** As wait(2) lays it out, and as {@link Process#exitValue()} shows it. */
  private static int exitStatus(int status) {
    int signal = status & 0x7f;
    return signal == 0 ? (status >> 8) & 0xff : SIGNALLED + signal;
  }

  @Override
  public void close() {
    descriptors.keySet().forEach(this::forget);
    closeDescriptor(wake);
    closeDescriptor(epoll);
  }

  private void closeDescriptor(int descriptor) {
    int ignored = libc.close(descriptor);
  }

  // Errors.

  private int lastErrno() {
    return LastError.getLastError(runtime);
  }

  private int opened(String call, int descriptor) throws IOException {
    check(call, descriptor < 0 ? lastErrno() : 0);
    return descriptor;
  }

  /** Takes what the functions of spawn.h return: 0, or the number of the error. */
  static void check(String call, int error) throws IOException {
    if (error != 0) {
      throw new IOException(call + " failed: error=" + error);
    }
  }
}
