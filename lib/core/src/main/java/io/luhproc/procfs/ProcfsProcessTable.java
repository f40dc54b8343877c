package io.luhproc.procfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the process table from {@code /proc}, see proc(5).
 *
 * <p>Optimised for short-lived JVMs: one read(2) per process, no streams, no regular expressions.
 */
final class ProcfsProcessTable implements ProcessTable {
  // A blank, four fields, and the rest.
  private static final int SESSION_FIELDS = 6;
  private static final String PROBE_FILE = "/dev/null";
  private static final String BOOT_ID_FILE = "sys/kernel/random/boot_id";
  private static final String PENDING_SIGNALS = "\nShdPnd:\t";
  // Of SIGSTOP, which is 19. Not by Signal, another class to load before a task.
  private static final long STOP_BIT = 1L << 18;
  // The longest line possible has about 1200 bytes: 51 numbers and a name of 64 bytes.
  private static final int STAT_SIZE = 2048;
  // 17 lines of 80 characters in limits; the user is among the first lines of status.
  private static final int NUMBERS_SIZE = 2048;
  // On a busy machine a process may wait for a processor in the middle of execve(2).
  private static final Duration MAX_EXEC_DURATION = Duration.ofSeconds(2);
  private static final long EXEC_RETRY_PAUSE_NANOS = 50_000;
  // The least that readAllBytes() requests from the kernel by one read(2).
  private static final int SINGLE_READ_SIZE = 8192;

  private final String procRoot;
  private final AuxiliaryVector units;
  private volatile String bootId = "";
  private volatile long currentPid;
  private volatile @Nullable KernelThreads kernelThreads;
  private volatile @Nullable Boolean ofOwnNamespace;

  ProcfsProcessTable(File proc, AuxiliaryVector units) {
    this.procRoot = proc + "/";
    this.units = units;
  }

  @Override
  public Optional<ProcessStat> find(long pid) {
    return pid < 1 ? Optional.empty() : find(pid, new byte[STAT_SIZE]);
  }

  /** A failed stat(2) costs a fifth of the exception of a failed open(2). */
  @Override
  public Optional<ProcessStat> probe(long pid) {
    return new File(path(pid, "")).exists() ? find(pid) : Optional.empty();
  }

  private Optional<ProcessStat> find(long pid, byte[] buffer) {
    try (InputStream in = open(pid, "/stat")) {
      // The kernel generates the whole line on the first read, so it is consistent.
      int length = in.read(buffer);
      return length <= 0 ? Optional.empty() : StatParser.parse(buffer, length, units);
    } catch (IOException expected) {
      // ENOENT: no such pid. ESRCH: the process exited between open and read.
      return Optional.empty();
    }
  }

  /**
   * Opens a file of a process.
   *
   * @throws LuhprocException if there is no free file descriptor (EMFILE, ENFILE). Reporting the
   *     process as gone would wrongly prove that it has stopped
   */
  private InputStream open(long pid, String name) throws FileNotFoundException {
    try {
      return new FileInputStream(path(pid, name));
    } catch (FileNotFoundException expected) {
      // exists() needs no descriptor, and a process that has exited has no directory.
      if (new File(path(pid, "")).exists() && !hasFreeDescriptor()) {
        throw new LuhprocException(
            "cannot open "
                + path(pid, name)
                + ": "
                + expected.getMessage()
                + ", there are no free file descriptors; close unused files or raise the limit"
                + " (ulimit -n)",
            expected);
      }
      throw expected;
    }
  }

  private static boolean hasFreeDescriptor() {
    try (InputStream in = new FileInputStream(PROBE_FILE)) {
      return in.available() >= 0;
    } catch (IOException ignored) {
      // This file always exists and is readable, so there is no free descriptor.
      return false;
    }
  }

  private String path(long pid, String name) {
    return procRoot + pid + name;
  }

  /** Without {@link StatParser}: called in a cold worker, whose task waits for each class. */
  @Override
  public boolean leadsSession(long pid) {
    try (InputStream in = open(pid, "/stat")) {
      String line = new String(in.readAllBytes(), ISO_8859_1);
      // Behind the name, which may contain any character: state, parent, group and session.
      String[] fields = line.substring(line.lastIndexOf(')') + 1).split(" ", SESSION_FIELDS);
      return fields.length == SESSION_FIELDS && fields[4].equals(Long.toString(pid));
    } catch (IOException expected) {
      // No such process.
      return false;
    }
  }

  @Override
  public List<ProcessStat> all() {
    List<ProcessStat> processes = new ArrayList<>();
    byte[] buffer = new byte[STAT_SIZE];
    for (long pid : pids()) {
      Optional<ProcessStat> process = find(pid, buffer);
      if (process.isPresent()) {
        processes.add(process.get());
      }
    }
    return processes;
  }

  @Override
  public long[] pids() {
    String[] names = new File(procRoot).list();
    if (names == null) {
      throw new LuhprocException(
          "cannot list the processes in " + procRoot + ": it is not readable; mount proc there");
    }
    long[] kernelPids = kernelThreads().pids();
    long[] pids = new long[names.length];
    int count = 0;
    for (String name : names) {
      long pid = isNumber(name) ? Long.parseLong(name) : 0;
      if (pid > 0 && Arrays.binarySearch(kernelPids, pid) < 0) {
        pids[count++] = pid;
      }
    }
    return Arrays.copyOf(pids, count);
  }

  /** Creates the list on first use, because most callers read single processes only. */
  private KernelThreads kernelThreads() {
    KernelThreads cached = kernelThreads;
    if (cached == null) {
      cached = new KernelThreads(procRoot);
      kernelThreads = cached;
    }
    return cached;
  }

  /** Avoids {@link ProcessHandle}, the first use of which takes about 15 ms. */
  @Override
  public long currentPid() {
    long cached = currentPid;
    if (cached == 0) {
      cached = readCurrentPid();
      currentPid = cached;
    }
    return cached;
  }

  private long readCurrentPid() {
    try {
      return Long.parseLong(Files.readSymbolicLink(Path.of(procRoot, "self")).toString());
    } catch (IOException | NumberFormatException ignored) {
      return ProcessTable.super.currentPid();
    }
  }

  private static boolean isNumber(String name) {
    char first = name.charAt(0);
    return first >= '1' && first <= '9';
  }

  @Override
  public Optional<String> environmentVariable(long pid, String variable) {
    if (pid < 1) {
      return Optional.empty();
    }
    Optional<byte[]> environment = readEnvironment(pid);
    if (isPossiblyTruncated(environment)) {
      environment = readEnvironmentBetweenExecs(pid);
    }
    return environment.isEmpty()
        ? Optional.empty()
        : findVariable(environment.get(), (variable + "=").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Optional<Map<String, String>> environment(long pid) {
    Optional<byte[]> bytes = pid < 1 ? Optional.empty() : readEnvironmentBetweenExecs(pid);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> environment = new HashMap<>();
    // The encoding of this JVM for environments, so that values are passed on unchanged.
    String text = new String(bytes.get(), JvmCharsets.ofEnvironment());
    for (String variable : text.split("\0", -1)) {
      int end = variable.indexOf('=');
      if (end > 0) {
        environment.putIfAbsent(variable.substring(0, end), variable.substring(end + 1));
      }
    }
    return Optional.of(environment);
  }

  /**
   * Returns whether execve(2) may have cut off the environment during the read.
   *
   * <p>The kernel then reports end of file: at once, or after the first read(2) of a long one.
   */
  private static boolean isPossiblyTruncated(Optional<byte[]> environment) {
    int length = environment.isEmpty() ? 1 : environment.get().length;
    return length == 0 || length >= SINGLE_READ_SIZE;
  }

  /** Repeats the read until it is complete, or the process ran one program before and after it. */
  private Optional<byte[]> readEnvironmentBetweenExecs(long pid) {
    Deadline deadline = Deadline.after(TimeSource.system(), MAX_EXEC_DURATION);
    while (true) {
      OptionalLong execId = stableExecId(pid);
      Optional<byte[]> environment = readEnvironment(pid);
      if (!isPossiblyTruncated(environment)
          || (execId.isPresent() && execId.equals(stableExecId(pid)))
          || deadline.isExpired()) {
        return environment;
      }
      // Yield the processor: the process may be waiting for it.
      LockSupport.parkNanos(EXEC_RETRY_PAUSE_NANOS);
    }
  }

  private Optional<byte[]> readEnvironment(long pid) {
    try (InputStream in = open(pid, "/environ")) {
      return Optional.of(in.readAllBytes());
    } catch (IOException expected) {
      // The process has exited, or belongs to another user (EACCES).
      return Optional.empty();
    }
  }

  /** Returns the exec id of the program that a process runs; empty during execve(2). */
  private OptionalLong stableExecId(long pid) {
    byte[] buffer = new byte[STAT_SIZE];
    try (InputStream in = open(pid, "/stat")) {
      return StatParser.stableExecId(buffer, in.read(buffer));
    } catch (IOException expected) {
      // The process has exited.
      return OptionalLong.of(0);
    }
  }

  private static Optional<String> findVariable(byte[] environment, byte[] name) {
    int start = 0;
    while (start < environment.length) {
      int end = start;
      while (end < environment.length && environment[end] != 0) {
        end++;
      }
      if (startsWith(environment, start, name)) {
        int from = start + name.length;
        return Optional.of(new String(environment, from, end - from, JvmCharsets.ofEnvironment()));
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, int start, byte[] prefix) {
    int at = 0;
    while (at < prefix.length && start + at < bytes.length && bytes[start + at] == prefix[at]) {
      at++;
    }
    return at == prefix.length;
  }

  @Override
  public Optional<LimitMarker> limitMarker(long pid) {
    OptionalLong limit = readNumber(pid, "/limits", "Max file locks");
    return limit.isEmpty() ? Optional.empty() : LimitMarker.ofLimit(limit.getAsLong());
  }

  @Override
  public OptionalLong realUserId(long pid) {
    // The directory of a process that is not dumpable belongs to root, so its owner does not tell.
    return readNumber(pid, "/status", "Uid:");
  }

  @Override
  public boolean isStopPending(long pid) {
    try (InputStream in = open(pid, "/status")) {
      String text = new String(in.readAllBytes(), ISO_8859_1);
      int start = text.indexOf(PENDING_SIGNALS) + PENDING_SIGNALS.length();
      long signals = Long.parseUnsignedLong(text, start, text.indexOf('\n', start), 16);
      return (signals & STOP_BIT) != 0;
    } catch (IOException expected) {
      // The process has exited.
      return false;
    }
  }

  @Override
  public long[] mainThreadChildren(long pid) {
    try (InputStream in = open(pid, childrenFile(pid))) {
      return KernelThreads.parse(in.readAllBytes());
    } catch (IOException expected) {
      // The process has exited.
      return new long[0];
    }
  }

  private static String childrenFile(long pid) {
    return "/task/" + pid + "/children";
  }

  @Override
  public Optional<PidCounter> pidCounter() {
    boolean listsChildren = new File(path(currentPid(), childrenFile(currentPid()))).exists();
    return listsChildren && isOfOwnNamespace()
        ? Optional.ofNullable(ProcfsPidCounter.open(procRoot))
        : Optional.empty();
  }

  @Override
  public boolean isOfOwnNamespace() {
    Boolean cached = ofOwnNamespace;
    if (cached == null) {
      cached = !hasInnerPid();
      ofOwnNamespace = cached;
    }
    return cached;
  }

  /**
   * Returns whether this JVM has another pid in an inner namespace. The line NSpid has the pid in
   * the namespace of {@code /proc} first, then one for each inner namespace.
   */
  private boolean hasInnerPid() {
    byte[] buffer = new byte[NUMBERS_SIZE];
    try (InputStream in = new FileInputStream(procRoot + "self/status")) {
      String text = new String(buffer, 0, Math.max(0, in.read(buffer)), ISO_8859_1);
      int start = text.indexOf("NSpid:");
      int end = text.indexOf('\n', start);
      return start >= 0 && end > start && text.substring(start, end).split("\t", -1).length > 2;
    } catch (IOException ignored) {
      // Without free file descriptor, the next read reports it.
      return false;
    }
  }

  private OptionalLong readNumber(long pid, String name, String label) {
    byte[] buffer = new byte[NUMBERS_SIZE];
    try (InputStream in = open(pid, name)) {
      int length = Math.max(0, in.read(buffer));
      return ProcfsParser.numberAfter(new String(buffer, 0, length, ISO_8859_1), label);
    } catch (IOException expected) {
      // The process has exited.
      return OptionalLong.empty();
    }
  }

  @Override
  public String bootId() {
    String cached = bootId;
    if (cached.isEmpty()) {
      cached = readBootId();
      bootId = cached;
    }
    return cached;
  }

  private String readBootId() {
    try (InputStream in = new FileInputStream(procRoot + BOOT_ID_FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException ignored) {
      // A sandbox may hide /proc/sys. Identities then consist of pid and start time only.
      return "";
    }
  }
}
