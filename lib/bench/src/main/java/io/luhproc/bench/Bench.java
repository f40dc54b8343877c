package io.luhproc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs all measurements, in less than ten minutes, and prints one table in Markdown.
 *
 * <pre>java -jar luhproc-bench.jar [SECTION]... [--example=JAR] [--beside=NAME=COMMAND]...</pre>
 */
public final class Bench {
  private static final String EXAMPLE = "--example=";
  private static final String BESIDE = "--beside=";

  private final List<String> wanted = new ArrayList<>();
  private final Map<String, List<String>> beside = new LinkedHashMap<>();
  private Path example = Path.of("example-app/target/example-app.jar");

  private Bench() {}

  /** Runs the sections that are named, or all. */
  public static void main(String[] args) throws Exception {
    Bench bench = new Bench();
    for (String arg : args) {
      bench.take(arg);
    }
    bench.run();
    // Rivals leave threads behind that are not daemons.
    System.exit(0);
  }

  private void take(String arg) {
    if (arg.startsWith(EXAMPLE)) {
      example = Path.of(arg.substring(EXAMPLE.length()));
    } else if (arg.startsWith(BESIDE)) {
      String[] parts = arg.substring(BESIDE.length()).split("=", 2);
      beside.put(parts[0], List.of(parts[1].split(" ")));
    } else if (sections().containsKey(arg)) {
      wanted.add(arg);
    } else {
      throw new IllegalArgumentException(
          "section (" + arg + ") must be one of " + sections().keySet());
    }
  }

  private static Map<String, Section> sections() {
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put("warm", Starts::warm);
    sections.put("first", Starts::first);
    sections.put("statement", Statements::run);
    sections.put("daemon", Daemons::run);
    sections.put("check", Checks::run);
    sections.put("inspect", Inspections::run);
    sections.put("rotation", Logs::rotation);
    sections.put("follow", Logs::follow);
    sections.put("keeper", Idles::keeper);
    sections.put("memory", Idles::memory);
    sections.put("command", Commands::run);
    sections.put("spawn", Supervisions::spawn);
    sections.put("respawn", Supervisions::respawn);
    sections.put("events", Supervisions::events);
    sections.put("fleet", Supervisions::fleet);
    sections.put("restarts", Supervisions::restarts);
    sections.put("lookup", Lookups::run);
    sections.put("cgroup", Groups::run);
    return sections;
  }

  private void run() throws Exception {
    Path folder = Files.createTempDirectory("luhproc-bench");
    Optional<Path> jar = Optional.of(example).filter(Files::exists);
    Setting setting = new Setting(folder, jar, beside);
    List<Row> rows = new ArrayList<>();
    try {
      for (Map.Entry<String, Section> section : sections().entrySet()) {
        if (wanted.isEmpty() || wanted.contains(section.getKey())) {
          System.err.println(section.getKey() + " ...");
          rows.addAll(section.getValue().run(setting));
        }
      }
    } finally {
      delete(folder);
    }
    print(rows);
  }

  private static void print(List<Row> rows) throws IOException {
    System.out.println(LocalDate.now(ZoneOffset.UTC) + ", " + Machine.describe());
    System.out.println();
    System.out.println("| what | luhproc | beside it | asked for | |");
    System.out.println("| --- | --- | --- | --- | --- |");
    rows.forEach(row -> System.out.println(row.markdown()));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
