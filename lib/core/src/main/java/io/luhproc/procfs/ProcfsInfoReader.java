package io.luhproc.procfs;

import io.luhproc.process.IoCounters;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads process details from {@code /proc}, see proc(5). */
final class ProcfsInfoReader implements ProcessInfoReader {
  private static final long MILLIS_PER_SECOND = 1000;
  private static final long BYTES_PER_KB = 1024;
  private static final long UNKNOWN = -1;
  private static final int INITIAL_BUFFER_SIZE = 2048;

  private final String procRoot;
  private final ProcessTable table;
  private final long ticksPerSecond;
  // Read once, so that start times stay the same when the clock is set.
  private volatile long bootSeconds = UNKNOWN;

  ProcfsInfoReader(File proc, ProcessTable table, AuxiliaryVector units) {
    this.procRoot = proc + "/";
    this.table = table;
    this.ticksPerSecond = units.ticksPerSecond();
  }

  @Override
  public Optional<ProcessInfo> read(long pid) {
    Optional<ProcessStat> stat = table.find(pid);
    return stat.isEmpty() ? Optional.empty() : Optional.of(info(stat.get(), procRoot + pid));
  }

  private ProcessInfo info(ProcessStat stat, String processDir) {
    boolean hasIdentity = ProcessIdentity.isValidPid(stat.pid()) && !stat.isDead();
    return new ProcessInfo(
        stat,
        hasIdentity ? Optional.of(table.identityOf(stat)) : Optional.empty(),
        startTime(stat),
        commandLine(processDir),
        userId(processDir),
        openFileDescriptors(processDir),
        ioCounters(processDir),
        ProcfsParser.cgroupPaths(readText(processDir + "/cgroup")));
  }

  private Optional<Instant> startTime(ProcessStat stat) {
    long bootTime = bootSeconds;
    if (bootTime == UNKNOWN) {
      bootTime = ProcfsParser.numberAfter(readText(procRoot + "stat"), "\nbtime ").orElse(UNKNOWN);
      bootSeconds = bootTime;
    }
    long millisSinceBoot = stat.startTicks() * MILLIS_PER_SECOND / ticksPerSecond;
    return bootTime == UNKNOWN
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(bootTime).plusMillis(millisSinceBoot));
  }

  private static List<String> commandLine(String processDir) {
    return ProcfsParser.splitAtNul(readText(processDir + "/cmdline", JvmCharsets.ofArguments()));
  }

  /** Reads the owner of the directory. The kernel always assigns it to the effective user. */
  private static OptionalLong userId(String processDir) {
    try {
      Object id = Files.getAttribute(Path.of(processDir), "unix:uid");
      return OptionalLong.of(Integer.toUnsignedLong((Integer) id));
    } catch (IOException expected) {
      // The process has exited.
      return OptionalLong.empty();
    }
  }

  private static OptionalInt openFileDescriptors(String processDir) {
    File open = new File(processDir, "fd");
    // Since Linux 6.2 the directory size is the number of entries, which avoids a listing.
    long size = open.length();
    if (size > 0) {
      return OptionalInt.of((int) size);
    }
    String[] names = open.list();
    return names == null ? OptionalInt.empty() : OptionalInt.of(names.length);
  }

  private static Optional<IoCounters> ioCounters(String processDir) {
    String text = readText(processDir + "/io");
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new IoCounters(
                ProcfsParser.numberAfter(text, "rchar: ").orElse(0),
                ProcfsParser.numberAfter(text, "wchar: ").orElse(0),
                ProcfsParser.numberAfter(text, "\nread_bytes: ").orElse(0),
                ProcfsParser.numberAfter(text, "\nwrite_bytes: ").orElse(0)));
  }

  @Override
  public List<Long> childPids(long pid) {
    if (pid < 1) {
      return List.of();
    }
    String[] threads = new File(procRoot + pid, "task").list();
    if (threads == null || !new File(procRoot + pid, "task/" + pid + "/children").exists()) {
      return childPidsByTable(pid);
    }
    List<Long> children = new ArrayList<>();
    for (String thread : threads) {
      children.addAll(
          ProcfsParser.numbers(readText(procRoot + pid + "/task/" + thread + "/children")));
    }
    return children;
  }

  private List<Long> childPidsByTable(long pid) {
    List<Long> children = new ArrayList<>();
    for (ProcessStat stat : table.all()) {
      if (stat.parentPid() == pid) {
        children.add(stat.pid());
      }
    }
    return children;
  }

  @Override
  public OptionalLong pssBytes(long pid) {
    OptionalLong kilobytes =
        pid < 1
            ? OptionalLong.empty()
            : ProcfsParser.numberAfter(readText(procRoot + pid + "/smaps_rollup"), "\nPss:");
    return kilobytes.isEmpty() ? kilobytes : OptionalLong.of(kilobytes.getAsLong() * BYTES_PER_KB);
  }

  private static String readText(String file) {
    return readText(file, StandardCharsets.UTF_8);
  }

  /** Returns the content of a file; an empty string if it is not readable or has disappeared. */
  private static String readText(String file, Charset charset) {
    try (FileInputStream in = new FileInputStream(file)) {
      // Unlike readAllBytes(), this does not query size and position, which /proc does not have.
      byte[] bytes = new byte[INITIAL_BUFFER_SIZE];
      int length = 0;
      for (int read = in.read(bytes); read > 0; ) {
        length += read;
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * length);
        }
        read = in.read(bytes, length, bytes.length - length);
      }
      return new String(bytes, 0, length, charset);
    } catch (IOException expected) {
      return "";
    }
  }
}
