package io.luhproc.cli.service;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the program in JVMs of its own, with a configuration, a state directory and workers of its
 * own. Afterwards no daemon and no service may be left.
 */
final class LuhprocExtension implements BeforeEachCallback, AfterEachCallback {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private Path home = Path.of("");

  /** Output and exit code of a command. */
  record Result(int code, String out, String err) {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    home = Files.createTempDirectory("luhproc").toRealPath();
    Files.createDirectory(folder());
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (Files.exists(config())) {
      Result down = run("down");
      Assertions.assertThat(down.code()).as(down::toString).isZero();
    }
    try (Stream<Path> paths = Files.walk(home)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Returns the folder in which the commands run. */
  Path folder() {
    return home.resolve("app");
  }

  Path config() {
    return folder().resolve("luhproc.toml");
  }

  /** Returns the folder that contains the state directory. */
  Path state() {
    return home.resolve("state");
  }

  /** Returns the folder that contains the directories of daemons. */
  Path workers() {
    return home.resolve("tmp");
  }

  void configure(String toml) throws IOException {
    Files.writeString(config(), toml);
  }

  /** Runs a command and waits for its end. */
  Result run(String... arguments) throws Exception {
    return finish(start(arguments));
  }

  /** Starts a command, whose output is kept in files. */
  Started start(String... arguments) throws IOException {
    return start(program(arguments));
  }

  /** Runs a shell script in which {@code luhproc} is the program. */
  Result shell(String script) throws Exception {
    ProcessBuilder builder = program();
    String luhproc = "luhproc() { " + String.join(" ", quoted(builder.command())) + " \"$@\"; }\n";
    builder.command("bash", "-c", luhproc + script);
    return finish(start(builder));
  }

  private static List<String> quoted(List<String> words) {
    return words.stream().map(word -> "'" + word + "'").toList();
  }

  private ProcessBuilder program(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Luhproc.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder().toFile());
    builder.environment().put("XDG_STATE_HOME", state().toString());
    builder.environment().put("LUHPROC_TMP_DIR", workers().toString());
    builder.environment().remove("LUHPROC_FILE");
    return builder;
  }

  private Started start(ProcessBuilder builder) throws IOException {
    Path out = Files.createTempFile(home, "command", ".out");
    Path err = Files.createTempFile(home, "command", ".err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Started(process, out, err);
  }

  Result finish(Started started) throws Exception {
    await("the end of the command", () -> !started.process().isAlive());
    return new Result(started.process().exitValue(), started.out(), started.err());
  }

  /** Waits until a condition holds. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    if (!Deadline.after(TimeSource.system(), TIMEOUT).await(condition)) {
      throw new AssertionError("waited in vain for " + what);
    }
  }

  /** Returns the pid of the daemon. */
  long daemonPid() throws IOException {
    try (Stream<Path> files = Files.walk(state())) {
      Path pid = files.filter(file -> file.endsWith("pid")).min(depth()).orElseThrow();
      return Long.parseLong(Files.readString(pid).strip());
    }
  }

  private static Comparator<Path> depth() {
    return Comparator.comparing(Path::getNameCount);
  }

  /** Returns the pid of the only process of a service. */
  long pid(String service) throws Exception {
    Result ps = run("ps", service);
    String[] cells = ps.out().lines().skip(1).findFirst().orElse("- - -").split(" +", -1);
    Assertions.assertThat(cells[2]).as(ps::toString).matches("[0-9]+");
    return Long.parseLong(cells[2]);
  }

  static boolean isAlive(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isPresent() && process.get().isAlive();
  }

  /** A command that was started. */
  record Started(Process process, Path outFile, Path errFile) {
    String out() {
      return read(outFile);
    }

    String err() {
      return read(errFile);
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
