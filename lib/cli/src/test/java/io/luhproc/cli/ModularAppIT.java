package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs the app in {@code src/it/modular-app} on the module path, against the packaged
 * jars of core and cli: it sees only what these export.
 */
@Tag("process")
final class ModularAppIT {
  private static final Path SOURCES = Path.of("src", "it", "modular-app");
  private static final String MAIN = "com.example.modular/com.example.modular.ModularApp";

  @TempDir private Path home;
  private String modulePath = "";

  /** The exit code of a run of the app, and what it wrote on stdout and stderr. */
  private record Result(int code, String out, String err) {}

  @BeforeEach
  void compile() throws IOException {
    String libraries =
        System.getProperty("luhproc.jar")
            + File.pathSeparator
            + Files.readString(Path.of(System.getProperty("luhproc.target"), "runtime.classpath"));
    Path classes = home.resolve("classes");
    List<String> arguments =
        new ArrayList<>(
            List.of("-Xlint:all", "-Werror", "-p", libraries, "-d", classes.toString()));
    try (Stream<Path> files = Files.walk(SOURCES)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    StringWriter output = new StringWriter();
    PrintWriter writer = new PrintWriter(output);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int code = javac.run(writer, writer, arguments.toArray(String[]::new));
    assertThat(code).as(output::toString).isZero();
    modulePath = classes + File.pathSeparator + libraries;
  }

  @Test
  void commandOfAModularAppStartsReadsAndStopsAWorker() throws Exception {
    Result result = app("tick-once", "a");
    assertThat(result.out())
        .as(result::toString)
        .isEqualTo("READY\ntick in module com.example.modular\nSTOPPED\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void commandOfAModularAppSupervisesATask() throws Exception {
    Result result = app("supervise-once", home.resolve("services").toString());
    assertThat(result.out())
        .as(result::toString)
        .isEqualTo("RUNNING\ntick in module com.example.modular\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void workerCommandsOfAModularAppActBesideItsOwn() throws Exception {
    Result start = app("start", "TICKER", "b", "--wait=60s", "-o", "json");
    try {
      assertThat(start.out()).as(start::toString).contains("\"state\":\"ready\"");
      assertThat(app("list").out()).isEqualTo("b\n");
    } finally {
      Result stop = app("stop", "TICKER", "b", "--rm");
      assertThat(stop.code()).as(stop::toString).isZero();
    }
    assertThat(app("info", "TICKER", "b").code()).isEqualTo(ExitCode.NOT_RUNNING.code());
  }

  private Result app(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-p", modulePath, "-m", MAIN));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(home, "app", ".out");
    Path err = Files.createTempFile(home, "app", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("LUHPROC_TMP_DIR", home.resolve("luhproc").toString());
    Process process = builder.start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          command + " still runs\n" + Files.readString(out) + Files.readString(err));
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
