package io.luhproc.log.rotate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.luhproc.log.file.LogFiles;
import io.luhproc.time.TimeSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Detects a process that writes to the active file without {@code O_APPEND}, as after {@code exec
 * >/dev/stdout}: open(2) of a link in {@code /proc/self/fd} opens the file anew, with other flags.
 *
 * <p>Its offset does not follow when the file is shortened, so its next write would leave a hole.
 * The processes examined are the one in the file {@code pid} and its descendants, as far as /proc
 * shows them (proc_pid_fdinfo(5), proc_tid_children(5)); the result is kept for a second.
 */
final class PositionalWriterDetector {
  private static final Duration VALIDITY = Duration.ofSeconds(1);
  // asm-generic/fcntl.h
  private static final int O_ACCMODE = 3;
  private static final int O_APPEND = 02000;
  // A log is inherited, so it has a low number; a server may have many thousands of sockets.
  private static final int MAX_DESCRIPTOR = 255;
  private static final int MAX_PROCESSES = 1000;

  private final LogFiles files;
  private final TimeSource time;
  private final Path proc;
  private long examinedNanos;
  private boolean examined;
  private boolean detected;

  PositionalWriterDetector(LogFiles files, TimeSource time) {
    this(files, time, Path.of("/proc"));
  }

  PositionalWriterDetector(LogFiles files, TimeSource time, Path proc) {
    this.files = files;
    this.time = time;
    this.proc = proc;
  }

  /** Returns whether a process has the active file open for writing without {@code O_APPEND}. */
  boolean isDetected() {
    long now = time.nanoTime();
    if (!examined || now - examinedNanos >= VALIDITY.toNanos()) {
      examined = true;
      examinedNanos = now;
      detected = examineTree();
    }
    return detected;
  }

  private boolean examineTree() {
    try {
      Object active = files.activeAttributes().fileKey();
      ArrayDeque<String> pending = new ArrayDeque<>();
      pending.add(Files.readString(files.pidFile(), US_ASCII).strip());
      Set<String> seen = new HashSet<>();
      while (!pending.isEmpty() && seen.size() < MAX_PROCESSES) {
        String pid = pending.remove();
        if (!pid.isEmpty() && seen.add(pid)) {
          if (hasPositionalDescriptor(proc.resolve(pid), active)) {
            return true;
          }
          addChildren(proc.resolve(pid), pending);
        }
      }
    } catch (IOException ignored) {
      // No pid yet, or the process directory is being deleted.
    }
    return false;
  }

  private static void addChildren(Path process, ArrayDeque<String> pending) {
    for (String thread : list(process.resolve("task"))) {
      try {
        Path children = process.resolve("task").resolve(thread).resolve("children");
        for (String child : Files.readString(children, US_ASCII).split(" ", -1)) {
          pending.add(child.strip());
        }
      } catch (IOException ignored) {
        // The thread has ended.
      }
    }
  }

  private boolean hasPositionalDescriptor(Path process, @Nullable Object active) {
    for (String descriptor : list(process.resolve("fd"))) {
      try {
        if (Integer.parseInt(descriptor) <= MAX_DESCRIPTOR
            && isActiveFile(process.resolve("fd").resolve(descriptor), active)
            && isPositional(process.resolve("fdinfo").resolve(descriptor))) {
          return true;
        }
      } catch (IOException ignored) {
        // Closed in between.
      }
    }
    return false;
  }

  private boolean isActiveFile(Path link, @Nullable Object active) throws IOException {
    // The name first: stat(2) of a descriptor on a dead network mount may not return.
    return Files.readSymbolicLink(link).endsWith(files.activeFile().getFileName())
        && Objects.equals(Files.readAttributes(link, BasicFileAttributes.class).fileKey(), active);
  }

  private static boolean isPositional(Path fdinfo) throws IOException {
    for (String line : Files.readAllLines(fdinfo, US_ASCII)) {
      if (line.startsWith("flags:")) {
        int flags = Integer.parseInt(line.substring("flags:".length()).strip(), 8);
        return (flags & O_ACCMODE) != 0 && (flags & O_APPEND) == 0;
      }
    }
    return false;
  }

  /** Returns no names if the process is gone or belongs to another user. */
  private static String[] list(Path directory) {
    String[] names = new File(directory.toString()).list();
    return names == null ? new String[0] : names;
  }
}
