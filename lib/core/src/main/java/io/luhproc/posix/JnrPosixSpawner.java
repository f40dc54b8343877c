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

/** Calls posix_spawn(3), pidfd_open(2), epoll(7) and waitpid(2) through jnr-ffi. */
final class JnrPosixSpawner implements PosixSpawner {
  // Larger than posix_spawnattr_t (336) and posix_spawn_file_actions_t (80) of glibc.
  private static final int STRUCT_SIZE = 512;
  // spawn.h of glibc.
  private static final short POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final short POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final short POSIX_SPAWN_SETSID = 0x80;
  // sys/epoll.h; struct epoll_event is packed on x86-64 only.
  private static final int EPOLL_CLOEXEC = 02000000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLLIN_ONESHOT = 1 | 1 << 30;
  private static final int EPOLLIN = 1;
  private static final boolean IS_X86_64 = "amd64".equals(System.getProperty("os.arch"));
  private static final int EVENT_DATA = IS_X86_64 ? 4 : 8;
  private static final int EVENT_SIZE = EVENT_DATA + Long.BYTES;
  private static final int MAX_EVENTS = 64;
  // sys/eventfd.h: EFD_CLOEXEC, EFD_NONBLOCK.
  private static final int EFD_FLAGS = 02000000 | 04000;
  // asm-generic/unistd.h: the same on every architecture. glibc has a wrapper only since 2.36.
  private static final long SYS_PIDFD_OPEN = 434;
  // linux/wait.h
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;
  private static final int P_ALL = 0;
  // linux/prctl.h
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int PR_GET_CHILD_SUBREAPER = 37;
  // A sigset_t has a bit for each signal from 1 on.
  private static final long ALL_SIGNALS_BUT_KILL_AND_STOP = ~(1L << (9 - 1) | 1L << (19 - 1));
  private static final Duration SELF_TEST_TIMEOUT = Duration.ofSeconds(2);
  private static final int SELF_TEST_WAITS = 5;
  private static final int SELF_TEST_STATUS = 7;
  // epoll data of the wake-up descriptor; no process has pid 0.
  private static final int WAKEUP_DATA = 0;

  private final SpawnLibC libc;
  private final Runtime runtime;
  private final Pointer attributes;
  private final int epollFd;
  private final int wakeupFd;
  // Confined to the thread that calls awaitExits.
  private final Pointer readyEvents;
  private final boolean childSubreaper;
  // Guarded by itself.
  private final Pointer addedEvent;
  private final Map<Integer, Integer> pidfds = new ConcurrentHashMap<>();

  private JnrPosixSpawner(SpawnLibC libc, boolean childSubreaper) throws IOException {
    this.libc = libc;
    this.childSubreaper = childSubreaper;
    this.runtime = Runtime.getRuntime(libc);
    this.readyEvents = allocateZeroed(MAX_EVENTS * EVENT_SIZE);
    this.addedEvent = allocateZeroed(EVENT_SIZE);
    this.attributes = createAttributes();
    this.epollFd = checkDescriptor("epoll_create1", libc.epoll_create1(EPOLL_CLOEXEC));
    try {
      this.wakeupFd = checkDescriptor("eventfd", libc.eventfd(0, EFD_FLAGS));
    } catch (IOException e) {
      closeDescriptor(epollFd);
      throw e;
    }
  }

  /** Allocates memory that the garbage collector frees. */
  private Pointer allocateZeroed(int size) {
    return Pointer.wrap(runtime, ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
  }

  /**
   * Requests a new session with no signal blocked or ignored.
   *
   * <p>A signal that this JVM ignores (nohup(1), background job of a shell) would stay ignored in
   * the child: shells cannot trap such a signal, and daemons would not reload at SIGHUP.
   */
  private Pointer createAttributes() throws IOException {
    Pointer created = allocateZeroed(STRUCT_SIZE);
    Pointer signals = allocateZeroed(STRUCT_SIZE);
    try {
      check("posix_spawnattr_init", libc.posix_spawnattr_init(created));
      check("posix_spawnattr_setsigmask", libc.posix_spawnattr_setsigmask(created, signals));
      signals.putLong(0, ALL_SIGNALS_BUT_KILL_AND_STOP);
      check("posix_spawnattr_setsigdefault", libc.posix_spawnattr_setsigdefault(created, signals));
      short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
      check("posix_spawnattr_setflags", libc.posix_spawnattr_setflags(created, flags));
    } finally {
      Reference.reachabilityFence(signals);
    }
    return created;
  }

  /** Holds the one binding per JVM: its generated classes are never unloaded. */
  private static final class Libc {
    static final SpawnLibC INSTANCE =
        NativeAccess.loadSerially(
            () ->
                LibraryLoader.create(SpawnLibC.class)
                    .option(LibraryOption.LoadNow, true)
                    .failImmediately()
                    .load("c"));
  }

  static Optional<PosixSpawner> tryLoad(boolean childSubreaper) {
    boolean isSupported =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")
            && (IS_X86_64 || "aarch64".equals(System.getProperty("os.arch")));
    if (!isSupported || !NativeAccess.loadsWithoutWarning()) {
      return Optional.empty();
    }
    try {
      JnrPosixSpawner loaded = new JnrPosixSpawner(Libc.INSTANCE, childSubreaper);
      loaded.selfTestOrClose();
      return Optional.of(loaded);
    } catch (IOException | RuntimeException | LinkageError e) {
      LoggerFactory.getLogger(JnrPosixSpawner.class)
          .debug("cannot use posix_spawn(3); the JDK starts processes instead", e);
      return Optional.empty();
    }
  }

  private void selfTestOrClose() throws IOException {
    boolean works = false;
    try {
      check("epoll_ctl", addToEpoll(wakeupFd, EPOLLIN, WAKEUP_DATA) ? 0 : lastErrno());
      selfTest();
      setChildSubreaper(childSubreaper);
      works = true;
    } finally {
      if (!works) {
        close();
      }
    }
  }

  /** Checks that an exit is reported: a sandbox or an ignored SIGCHLD may prevent that. */
  private void selfTest() throws IOException {
    List<String> argv = List.of("sh", "-c", "exit " + SELF_TEST_STATUS);
    int pid =
        spawn(
            new SpawnRequest(
                "/bin/sh", argv, Map.of(), Path.of("/"), Optional.empty(), Optional.empty()));
    boolean isReported = false;
    int[] status = new int[1];
    int reaped;
    try {
      isReported = watchExit(pid) && isExitReported(pid);
    } finally {
      // The child exits by itself soon. Reap it here even if its exit was not reported.
      reaped = libc.waitpid(pid, status, 0);
      closePidfd(pid);
    }
    if (!isReported || reaped != pid || status[0] != SELF_TEST_STATUS << Byte.SIZE) {
      throw new IOException(
          "cannot observe exits: reported " + isReported + ", wait status " + status[0]);
    }
  }

  private boolean isExitReported(int pid) throws IOException {
    // A signal may interrupt a wait, so wait several times.
    for (int i = 0; i < SELF_TEST_WAITS; i++) {
      if (awaitExits(SELF_TEST_TIMEOUT).contains(pid)) {
        return true;
      }
    }
    return false;
  }

  // Starting.

  @Override
  public int spawn(SpawnRequest request) throws IOException {
    CStringArena strings = new CStringArena();
    int program = strings.add(request.program());
    int workingDirectory = strings.add(request.workingDirectory().toString());
    int devNull = strings.add("/dev/null");
    int stdout = strings.add(request.stdout().map(Path::toString).orElse(""));
    int stderr = strings.add(request.stderr().map(Path::toString).orElse(""));
    int argv = strings.addAll(request.argv());
    int environment = strings.addAll(environmentStrings(request));
    CStringArena.Allocation allocation = strings.allocate(runtime);
    int[] pid = new int[1];
    try (SpawnFileActions actions = new SpawnFileActions(libc, allocateZeroed(STRUCT_SIZE))) {
      actions.closeFrom(3);
      actions.changeDirectory(allocation.string(workingDirectory));
      actions.openForRead(0, allocation.string(devNull));
      redirect(actions, request, allocation.string(stdout), allocation.string(stderr));
      check(
          "posix_spawn",
          libc.posix_spawn(
              pid,
              allocation.string(program),
              actions.pointer(),
              attributes,
              allocation.pointerArray(argv, environment),
              allocation.pointerArray(environment, environment + request.environment().size())));
    } finally {
      // The native call holds addresses only, which do not keep the memory reachable.
      Reference.reachabilityFence(allocation);
    }
    return pid[0];
  }

  private static List<String> environmentStrings(SpawnRequest request) {
    return request.environment().entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .toList();
  }

  /** Redirects the streams: both are inherited without a stdout file, else stderr may join it. */
  private static void redirect(
      SpawnFileActions actions, SpawnRequest request, Pointer stdout, Pointer stderr)
      throws IOException {
    if (request.stdout().isPresent()) {
      actions.openForAppend(1, stdout);
      if (request.stderr().isPresent()) {
        actions.openForAppend(2, stderr);
      } else {
        actions.duplicate(1, 2);
      }
    }
  }

  // Exits.

  @Override
  public boolean watchExit(int pid) {
    int descriptor = (int) libc.syscall(SYS_PIDFD_OPEN, pid, 0);
    if (descriptor < 0) {
      return false;
    }
    closePidfd(pid);
    // Before epoll can report it: the waiting thread looks the descriptor up here.
    pidfds.put(pid, descriptor);
    if (addToEpoll(descriptor, EPOLLIN_ONESHOT, pid)) {
      return true;
    }
    closePidfd(pid);
    return false;
  }

  private boolean addToEpoll(int descriptor, int eventMask, int pid) {
    synchronized (addedEvent) {
      addedEvent.putInt(0, eventMask);
      addedEvent.putLong(EVENT_DATA, pid);
      return libc.epoll_ctl(epollFd, EPOLL_CTL_ADD, descriptor, addedEvent) == 0;
    }
  }

  private void closePidfd(int pid) {
    Integer descriptor = pidfds.remove(pid);
    if (descriptor != null) {
      // Closing is not enough: a child that is being forked elsewhere may hold a copy.
      int ignored = libc.epoll_ctl(epollFd, EPOLL_CTL_DEL, descriptor, addedEvent);
      closeDescriptor(descriptor);
    }
  }

  @Override
  public List<Integer> awaitExits(Duration timeout) throws IOException {
    int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
    int count = libc.epoll_wait(epollFd, readyEvents, MAX_EVENTS, millis);
    int errno = count < 0 ? lastErrno() : 0;
    check("epoll_wait", errno == Errno.EINTR.intValue() ? 0 : errno);
    List<Integer> exited = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int pid = (int) readyEvents.getLong((long) i * EVENT_SIZE + EVENT_DATA);
      if (pid == WAKEUP_DATA) {
        int ignored = libc.eventfd_read(wakeupFd, new long[1]);
      } else {
        exited.add(pid);
      }
    }
    return exited;
  }

  @Override
  public void wakeup() {
    int ignored = libc.eventfd_write(wakeupFd, 1);
  }

  @Override
  public OptionalInt reap(int pid) {
    int[] status = new int[1];
    int reaped = libc.waitpid(pid, status, WNOHANG);
    boolean isRunning = reaped == 0 || (reaped < 0 && lastErrno() != Errno.ECHILD.intValue());
    if (isRunning) {
      return OptionalInt.empty();
    }
    closePidfd(pid);
    return OptionalInt.of(reaped < 0 ? UNKNOWN_STATUS : status[0]);
  }

  // Orphans.

  /** Calls prctl(2) only if the spawner is to change it: the app may have set it itself. */
  private void setChildSubreaper(boolean value) throws IOException {
    if (childSubreaper) {
      int result = libc.prctl(PR_SET_CHILD_SUBREAPER, value ? 1 : 0, 0, 0, 0);
      check("prctl", result == 0 ? 0 : lastErrno());
    }
  }

  @Override
  public boolean adoptsOrphans() {
    Pointer value = allocateZeroed(Integer.BYTES);
    try {
      return ProcessHandle.current().pid() == 1
          || (libc.prctl(PR_GET_CHILD_SUBREAPER, value.address(), 0, 0, 0) == 0
              && value.getInt(0) != 0);
    } finally {
      Reference.reachabilityFence(value);
    }
  }

  @Override
  public boolean hasZombie() {
    Pointer info = allocateZeroed(STRUCT_SIZE);
    try {
      // The first field is si_signo: SIGCHLD, or 0 if there is none.
      return libc.waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.getInt(0) != 0;
    } finally {
      Reference.reachabilityFence(info);
    }
  }

  @Override
  public void close() {
    try {
      setChildSubreaper(false);
    } catch (IOException ignored) {
      // It could be set, so it can be reset.
    }
    pidfds.keySet().forEach(this::closePidfd);
    closeDescriptor(wakeupFd);
    closeDescriptor(epollFd);
  }

  private void closeDescriptor(int descriptor) {
    int ignored = libc.close(descriptor);
  }

  // Errors.

  private int lastErrno() {
    return LastError.getLastError(runtime);
  }

  private int checkDescriptor(String call, int descriptor) throws IOException {
    check(call, descriptor < 0 ? lastErrno() : 0);
    return descriptor;
  }

  /** Throws for a non-zero result of the functions in spawn.h, which return an errno. */
  static void check(String call, int error) throws IOException {
    if (error != 0) {
      throw new IOException(call + " failed: error=" + error);
    }
  }
}
