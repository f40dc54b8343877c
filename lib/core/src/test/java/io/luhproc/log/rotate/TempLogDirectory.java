package io.luhproc.log.rotate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.ProcessLog;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A process directory for one test, deleted on close. */
public final class TempLogDirectory implements AutoCloseable {
  private static final Path TARGET = Path.of(System.getProperty("luhproc.target", "target"));
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path path;

  private TempLogDirectory(Path path) {
    this.path = path;
  }

  /** Returns the file systems to test on: the disk, and tmpfs if there is one. */
  static List<Path> fileSystems() {
    List<Path> roots = new ArrayList<>(List.of(TARGET.toAbsolutePath()));
    if (Files.isWritable(SHARED_MEMORY)) {
      roots.add(SHARED_MEMORY);
    }
    return roots;
  }

  static TempLogDirectory createOn(Path fileSystem) throws IOException {
    Files.createDirectories(fileSystem);
    return new TempLogDirectory(Files.createTempDirectory(fileSystem, "luhproc-log-"));
  }

  public static TempLogDirectory createOnDisk() throws IOException {
    return createOn(TARGET.toAbsolutePath());
  }

  public Path path() {
    return path;
  }

  public LogFiles files() {
    return new LogFiles(path, LogStream.OUT.prefix());
  }

  public ProcessLog log() {
    return ProcessLog.of(path);
  }

  public LogMaintainer maintainer(LogPolicy policy, TimeSource time, Posix posix) {
    return LogMaintainer.open(path, LogStream.OUT, policy, time, posix);
  }

  LogMaintainer maintainer(LogPolicy policy, MaintenanceContext context) {
    return LogMaintainer.open(files(), policy, context);
  }

  /** Appends to standard output as a process does. */
  public void write(String text) throws IOException {
    write(LogStream.OUT, text.getBytes(UTF_8));
  }

  public void write(LogStream stream, byte[] bytes) throws IOException {
    Files.write(path.resolve(stream.fileName()), bytes, CREATE, APPEND);
  }

  /** Appends the numbered lines from one number to another. */
  public void writeNumberedLines(int from, int to) throws IOException {
    write(numberedLines(from, to).stream().collect(Collectors.joining("\n", "", "\n")));
  }

  public static List<String> numberedLines(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(TempLogDirectory::numberedLine).toList();
  }

  public static String numberedLine(int number) {
    return "line " + number + " of many";
  }

  /**
   * Concatenates rotated files and active file without the index, like {@code cat} does, but
   * without the front of the active file.
   */
  String concatenateFiles() throws IOException {
    StringBuilder text = new StringBuilder();
    for (RotatedFile rotatedFile : files().rotatedFiles()) {
      try (var bytes = rotatedFile.open(0)) {
        text.append(new String(bytes.readAllBytes(), UTF_8));
      }
    }
    return text
        + Files.readString(files().activeFile()).replaceAll("^(\0+|\\[luhproc: earlier .*\n)", "");
  }

  List<String> fileNames() throws IOException {
    try (Stream<Path> names = Files.list(path)) {
      return names.map(name -> name.getFileName().toString()).sorted().toList();
    }
  }

  public static List<String> texts(List<LogLine> lines) {
    return lines.stream().map(LogLine::text).toList();
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
