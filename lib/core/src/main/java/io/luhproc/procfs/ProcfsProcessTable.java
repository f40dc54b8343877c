package io.luhproc.procfs;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /proc}, see proc(5). It is on the way of every {@code info} and {@code list}, so
 * there is one read(2) to a process, and no stream and no regular expression.
 */
final class ProcfsProcessTable implements ProcessTable {
  private static final String PROBE_FILE = "/dev/null";
  private static final String BOOT_ID_FILE = "sys/kernel/random/boot_id";
  // The longest line that proc(5) allows is some 1200 bytes: 51 numbers and a name of 64.
  private static final int STAT_SIZE = 2048;
  // Half a second at least: on a busy machine the process waits long for a processor.
  private static final int MAX_EXEC_RETRIES = 5000;
  private static final long EXEC_RETRY_PAUSE_NANOS = 50_000;

  private final String procRoot;
  private final AuxiliaryVector units;
  private volatile String bootId = "";
  private volatile long currentPid;
  private volatile @Nullable KernelThreads kernelThreads;

  ProcfsProcessTable(File proc, AuxiliaryVector units) {
    this.procRoot = proc + "/";
    this.units = units;
  }

  @Override
  public Optional<ProcessStat> find(long pid) {
    return pid < 1 ? Optional.empty() : find(pid, new byte[STAT_SIZE]);
  }

  private Optional<ProcessStat> find(long pid, byte[] buffer) {
    try (InputStream in = open(pid, "/stat")) {
      // The kernel makes the whole line for the first read, so this is one moment.
      int length = in.read(buffer);
      return length <= 0 ? Optional.empty() : StatParser.parse(buffer, length, units);
    } catch (IOException expected) {
      // ENOENT when nobody has this pid, ESRCH when it left just now: both are the answer.
      return Optional.empty();
    }
  }

  /**
   * Opens a file of a process. Who is out of descriptors (EMFILE, ENFILE) is told so: to take all
   * processes for gone would be the proof that everything has stopped.
   */
  private InputStream open(long pid, String name) throws FileNotFoundException {
    try {
      return new FileInputStream(path(pid, name));
    } catch (FileNotFoundException expected) {
      // access(2) needs no descriptor. A process that is gone has no directory either.
      if (new File(path(pid, "")).exists() && !hasFreeDescriptor()) {
        throw new LuhprocException(
            "cannot open "
                + path(pid, name)
                + ", nor anything else: "
                + expected.getMessage()
                + "; close files that are not used, or raise the limit (ulimit -n)",
            expected);
      }
      throw expected;
    }
  }

  private static boolean hasFreeDescriptor() {
    try (InputStream in = new FileInputStream(PROBE_FILE)) {
      return in.available() >= 0;
    } catch (IOException ignored) {
      // It is always there and open to all, so there are no descriptors.
      return false;
    }
  }

  // The first "+" of two strings costs a JVM 10 ms, concat() nothing; info and list pass here.
  private String path(long pid, String name) {
    return procRoot.concat(Long.toString(pid)).concat(name);
  }

  @Override
  public List<ProcessStat> all() {
    List<ProcessStat> entries = new ArrayList<>();
    byte[] buffer = new byte[STAT_SIZE];
    for (long pid : pids()) {
      Optional<ProcessStat> entry = find(pid, buffer);
      if (entry.isPresent()) {
        entries.add(entry.get());
      }
    }
    return entries;
  }

  @Override
  public long[] pids() {
    String[] names = new File(procRoot).list();
    if (names == null) {
      throw new LuhprocException(
          "cannot list " + procRoot + ", so processes cannot be found; mount proc there");
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

  /** Not before the first list: most programs that look at a process never need all. */
  private KernelThreads kernelThreads() {
    KernelThreads cached = kernelThreads;
    if (cached == null) {
      cached = new KernelThreads(procRoot);
      kernelThreads = cached;
    }
    return cached;
  }

  /** Not by ProcessHandle, whose first use starts an executor and costs a JVM some 15 ms. */
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
    // Between two programs, execve(2), a process shows none, and the next moment its own. It has
    // none only when it was in the same program right before it showed none and right after.
    boolean conclusive = !isEmpty(environment);
    for (int i = 0; i < MAX_EXEC_RETRIES && !conclusive; i++) {
      OptionalLong execId = stableExecId(pid);
      environment = readEnvironment(pid);
      conclusive =
          !isEmpty(environment) || (execId.isPresent() && execId.equals(stableExecId(pid)));
      if (!conclusive) {
        // It may wait for the very processor that we are on, or for its disk.
        LockSupport.parkNanos(EXEC_RETRY_PAUSE_NANOS);
      }
    }
    return environment.isEmpty()
        ? Optional.empty()
        : findVariable(environment.get(), variable.concat("=").getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isEmpty(Optional<byte[]> environment) {
    return environment.isPresent() && environment.get().length == 0;
  }

  private Optional<byte[]> readEnvironment(long pid) {
    try (InputStream in = open(pid, "/environ")) {
      return Optional.of(in.readAllBytes());
    } catch (IOException expected) {
      // Gone, or EACCES: the environment of another user's process is none of our business.
      return Optional.empty();
    }
  }

  /** Returns a number for the program that a process is in; none while it is between two. */
  private OptionalLong stableExecId(long pid) {
    byte[] buffer = new byte[STAT_SIZE];
    try (InputStream in = open(pid, "/stat")) {
      return StatParser.stableExecId(buffer, in.read(buffer));
    } catch (IOException expected) {
      // Gone, which it will remain.
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
        return Optional.of(new String(environment, from, end - from, environmentCharset()));
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

  /** Returns what the JDK writes paths and variables of a child in; not part of its documents. */
  private static Charset environmentCharset() {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
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
    try (InputStream in = new FileInputStream(procRoot.concat(BOOT_ID_FILE))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException ignored) {
      // A sandbox may hide /proc/sys: identities then rest on pid and start time alone.
      return "";
    }
  }
}
