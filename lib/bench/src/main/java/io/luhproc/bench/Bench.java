package io.luhproc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs all measurements and prints one table in Markdown.
 *
 * <pre>java -jar luhproc-bench.jar [SECTION]... [--example=JAR] [--launcher=SCRIPT]
 *     [--beside=NAME=COMMAND]...</pre>
 */
public final class Bench {
  private static final String EXAMPLE = "--example=";
  private static final String LAUNCHER = "--launcher=";
  private static final String BESIDE = "--beside=";

  private final List<String> selectedSections = new ArrayList<>();
  private final Map<String, List<String>> comparedCommands = new LinkedHashMap<>();
  private Path exampleJar = Path.of("example-app/target/example-app.jar");
  private Path launcher = Path.of("lib/cli/target/luhproc");

  private Bench() {}

  /** Runs the named sections, or all. */
  public static void main(String[] args) throws Exception {
    Bench bench = new Bench();
    for (String arg : args) {
      bench.parseArgument(arg);
    }
    bench.run();
    // Other libraries leave non-daemon threads behind.
    System.exit(0);
  }

  private void parseArgument(String arg) {
    if (arg.startsWith(EXAMPLE)) {
      exampleJar = Path.of(arg.substring(EXAMPLE.length()));
    } else if (arg.startsWith(LAUNCHER)) {
      launcher = Path.of(arg.substring(LAUNCHER.length()));
    } else if (arg.startsWith(BESIDE)) {
      String[] parts = arg.substring(BESIDE.length()).split("=", 2);
      comparedCommands.put(parts[0], List.of(parts[1].split(" ")));
    } else if (sections().containsKey(arg)) {
      selectedSections.add(arg);
    } else {
      throw new IllegalArgumentException(
          "section (" + arg + ") must be one of " + sections().keySet());
    }
  }

  private static Map<String, Section> sections() {
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put("warm", StartSection::warm);
    sections.put("first", StartSection::first);
    sections.put("marker", MarkerSection::run);
    sections.put("statement", FirstStatementSection::run);
    sections.put("archive", ArchiveSection::run);
    sections.put("daemon", DaemonSection::run);
    sections.put("check", CheckSection::run);
    sections.put("inspect", WorkerQuerySection::run);
    sections.put("rotation", LogSection::rotation);
    sections.put("supervised-output", SupervisedOutputSection::rows);
    sections.put("follow", LogSection::follow);
    sections.put("http", HttpSection::services);
    sections.put("http-followers", HttpSection::followers);
    sections.put("shipping", ShippingSection::run);
    sections.put("program-size", ProgramSection::size);
    sections.put("program-status", ProgramSection::status);
    sections.put("program-growth", GrowthSection::run);
    sections.put("program-respawn", RespawnSection::run);
    sections.put("keeper", IdleWorkerSection::maintenanceThread);
    sections.put("memory", IdleWorkerSection::memory);
    sections.put("command", CommandSection::run);
    sections.put("kubernetes", KubernetesSection::run);
    sections.put("spawn", SupervisorSection::spawn);
    sections.put("respawn", SupervisorSection::respawn);
    sections.put("events", SupervisorSection::events);
    sections.put("fleet", SupervisorSection::fleet);
    sections.put("restarts", SupervisorSection::restarts);
    sections.put("beside", MachineSizeSection::services);
    sections.put("stop", MachineSizeSection::workers);
    sections.put("lookup", ServiceLookupSection::run);
    sections.put("cgroup", CgroupSection::run);
    return sections;
  }

  private void run() throws Exception {
    Path folder = Files.createTempDirectory("luhproc-bench");
    BenchEnvironment environment =
        new BenchEnvironment(
            folder,
            Optional.of(exampleJar).filter(Files::exists),
            Optional.of(launcher.toAbsolutePath()).filter(Files::exists),
            comparedCommands);
    List<ResultRow> rows = new ArrayList<>();
    try {
      for (Map.Entry<String, Section> section : sections().entrySet()) {
        if (selectedSections.isEmpty() || selectedSections.contains(section.getKey())) {
          System.err.println(section.getKey() + " ...");
          rows.addAll(section.getValue().run(environment));
        }
      }
    } finally {
      BenchEnvironment.deleteRecursively(folder);
    }
    print(rows);
  }

  private static void print(List<ResultRow> rows) throws IOException {
    System.out.println(LocalDate.now(ZoneOffset.UTC) + ", " + MachineInfo.describe());
    System.out.println();
    System.out.println("| what | luhproc | beside it | asked for | |");
    System.out.println("| --- | --- | --- | --- | --- |");
    rows.forEach(row -> System.out.println(row.markdown()));
  }
}
