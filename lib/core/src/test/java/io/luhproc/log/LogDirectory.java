package io.luhproc.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A process directory for one test, on a file system of the test's choice; removed at the end. */
final class LogDirectory implements AutoCloseable {
  private static final Path TARGET = Path.of(System.getProperty("luhproc.target", "target"));
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path path;

  private LogDirectory(Path path) {
    this.path = path;
  }

  /** Returns where to test: the disk, and memory where there is such a file system. */
  static List<Path> fileSystems() {
    List<Path> roots = new ArrayList<>(List.of(TARGET.toAbsolutePath()));
    if (Files.isWritable(MEMORY)) {
      roots.add(MEMORY);
    }
    return roots;
  }

  static LogDirectory on(Path fileSystem) throws IOException {
    Files.createDirectories(fileSystem);
    return new LogDirectory(Files.createTempDirectory(fileSystem, "luhproc-log-"));
  }

  static LogDirectory onDisk() throws IOException {
    return on(TARGET.toAbsolutePath());
  }

  Path path() {
    return path;
  }

  LogFiles files() {
    return new LogFiles(path, LogStream.OUT);
  }

  ProcessLog log() {
    return ProcessLog.of(path, TimeSource.system());
  }

  LogKeeper keeper(LogPolicy policy, TimeSource time, Posix posix) {
    return LogKeeper.open(path, LogStream.OUT, policy, time, posix);
  }

  LogKeeper keeper(LogPolicy policy, KeeperTools tools) {
    return LogKeeper.open(files(), policy, tools);
  }

  /** Appends to the standard output as a process does. */
  void write(String text) throws IOException {
    write(LogStream.OUT, text.getBytes(UTF_8));
  }

  void write(LogStream stream, byte[] bytes) throws IOException {
    Files.write(path.resolve(stream.fileName()), bytes, CREATE, APPEND);
  }

  /** Appends the numbers from one to another, a line each. */
  void writeNumbers(int from, int to) throws IOException {
    write(numbers(from, to).stream().collect(Collectors.joining("\n", "", "\n")));
  }

  static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(LogDirectory::number).toList();
  }

  static String number(int number) {
    return "line " + number + " of many";
  }

  /** Reads the parts and the live file as a person would: with no help of ours. */
  String concatenated() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Part part : files().parts()) {
      try (var bytes = part.open(0)) {
        text.append(new String(bytes.readAllBytes(), UTF_8));
      }
    }
    return text + Files.readString(files().live()).replaceAll("^\0+", "");
  }

  List<String> names() throws IOException {
    try (Stream<Path> names = Files.list(path)) {
      return names.map(name -> name.getFileName().toString()).sorted().toList();
    }
  }

  static List<String> texts(List<LogLine> lines) {
    return lines.stream().map(LogLine::text).toList();
  }

  static KeeperTools tools(TimeSource time, Posix posix, Consumer<Step> reached) {
    return new KeeperTools(time, posix, reached);
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
