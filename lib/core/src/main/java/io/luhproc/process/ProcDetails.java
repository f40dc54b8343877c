package io.luhproc.process;

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

/** Reads the details that {@code /proc} has of a process, see proc(5). */
final class ProcDetails implements ProcessDetails {
  private static final long MILLIS_PER_SECOND = 1000;
  private static final long BYTES_PER_KB = 1024;
  private static final long UNKNOWN = -1;
  private static final int USUAL_SIZE = 2048;

  private final String proc;
  private final ProcessTable table;
  private final long ticksPerSecond;
  // Read once: when somebody sets the clock, no process is to change the time of its start.
  private volatile long bootSeconds = UNKNOWN;

  ProcDetails(File proc, ProcessTable table, AuxiliaryVector units) {
    this.proc = proc + "/";
    this.table = table;
    this.ticksPerSecond = units.ticksPerSecond();
  }

  @Override
  public Optional<ProcessInfo> info(long pid) {
    Optional<ProcessEntry> entry = table.find(pid);
    return entry.isEmpty() ? Optional.empty() : Optional.of(info(entry.get(), proc + pid));
  }

  private ProcessInfo info(ProcessEntry entry, String folder) {
    boolean lasts = ProcessIdentity.isPid(entry.pid()) && !entry.isDead();
    return new ProcessInfo(
        entry,
        lasts ? Optional.of(table.identityOf(entry)) : Optional.empty(),
        startTime(entry),
        arguments(folder),
        userId(folder),
        descriptors(folder),
        io(folder),
        ProcText.cgroups(text(folder + "/cgroup")));
  }

  private Optional<Instant> startTime(ProcessEntry entry) {
    long boot = bootSeconds;
    if (boot == UNKNOWN) {
      boot = ProcText.number(text(proc + "stat"), "\nbtime ").orElse(UNKNOWN);
      bootSeconds = boot;
    }
    long afterBoot = entry.startTicks() * MILLIS_PER_SECOND / ticksPerSecond;
    return boot == UNKNOWN
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(boot).plusMillis(afterBoot));
  }

  private static List<String> arguments(String folder) {
    return ProcText.words(text(folder + "/cmdline", RunningJvm.argumentCharset()));
  }

  /** The kernel gives this directory, other than what is in it, to the effective user always. */
  private static OptionalLong userId(String folder) {
    try {
      Object id = Files.getAttribute(Path.of(folder), "unix:uid");
      return OptionalLong.of(Integer.toUnsignedLong((Integer) id));
    } catch (IOException expected) {
      // Gone.
      return OptionalLong.empty();
    }
  }

  private static OptionalInt descriptors(String folder) {
    File open = new File(folder, "fd");
    // Since Linux 6.2 the size of this directory is the number, which saves listing thousands.
    long size = open.length();
    if (size > 0) {
      return OptionalInt.of((int) size);
    }
    String[] names = open.list();
    return names == null ? OptionalInt.empty() : OptionalInt.of(names.length);
  }

  private static Optional<IoCounters> io(String folder) {
    String text = text(folder + "/io");
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new IoCounters(
                ProcText.number(text, "rchar: ").orElse(0),
                ProcText.number(text, "wchar: ").orElse(0),
                ProcText.number(text, "\nread_bytes: ").orElse(0),
                ProcText.number(text, "\nwrite_bytes: ").orElse(0)));
  }

  @Override
  public List<Long> children(long pid) {
    if (pid < 1) {
      return List.of();
    }
    String[] threads = new File(proc + pid, "task").list();
    if (threads == null || !new File(proc + pid, "task/" + pid + "/children").exists()) {
      return childrenByTable(pid);
    }
    List<Long> children = new ArrayList<>();
    for (String thread : threads) {
      children.addAll(ProcText.numbers(text(proc + pid + "/task/" + thread + "/children")));
    }
    return children;
  }

  private List<Long> childrenByTable(long pid) {
    List<Long> children = new ArrayList<>();
    for (ProcessEntry entry : table.all()) {
      if (entry.parent() == pid) {
        children.add(entry.pid());
      }
    }
    return children;
  }

  @Override
  public OptionalLong pss(long pid) {
    OptionalLong kilobytes =
        pid < 1
            ? OptionalLong.empty()
            : ProcText.number(text(proc + pid + "/smaps_rollup"), "\nPss:");
    return kilobytes.isEmpty() ? kilobytes : OptionalLong.of(kilobytes.getAsLong() * BYTES_PER_KB);
  }

  private static String text(String file) {
    return text(file, StandardCharsets.UTF_8);
  }

  /** Returns what a file holds; nothing when it cannot be read: EACCES, and ENOENT when gone. */
  private static String text(String file, Charset charset) {
    try (FileInputStream in = new FileInputStream(file)) {
      // readAllBytes() would ask for size and position first, which mean nothing here.
      byte[] bytes = new byte[USUAL_SIZE];
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
