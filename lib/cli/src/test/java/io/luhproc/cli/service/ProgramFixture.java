package io.luhproc.cli.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test a folder, in which a shell has the command {@code luhproc}, and stops its daemon
 * afterwards.
 */
final class ProgramFixture implements BeforeEachCallback, AfterEachCallback {
  private Path root = Path.of("");

  /** Output and exit code of a script. */
  record Result(int code, String out, String err) {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    root = Files.createTempDirectory("luhproc-program").toRealPath();
    Files.createDirectories(folder());
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (Files.exists(folder().resolve("luhproc.toml"))) {
      Result down = run("luhproc down");
      Assertions.assertThat(down.code()).as(down.err()).isZero();
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Returns the folder of the configuration, in which the shell runs. */
  Path folder() {
    return root.resolve("shop");
  }

  Path home() {
    return root.resolve("home");
  }

  void write(String name, String text) throws IOException {
    Path ignored = Files.writeString(folder().resolve(name), text);
  }

  /** Returns a shell with the command {@code luhproc}, which runs the program in a new JVM. */
  ProcessBuilder shell(String script) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String luhproc =
        "luhproc() { '"
            + java
            + "' -XX:TieredStopAtLevel=1 -Xshare:auto -cp \"$PROGRAM_CLASS_PATH\" "
            + Luhproc.class.getName()
            + " \"$@\"; }\nexport -f luhproc\n";
    ProcessBuilder shell = new ProcessBuilder("bash", "-c", luhproc + script);
    shell.directory(folder().toFile());
    Map<String, String> environment = shell.environment();
    for (String name : List.of("DISPLAY", "WAYLAND_DISPLAY", "COLUMNS", "NO_COLOR")) {
      environment.remove(name);
    }
    environment.put("PROGRAM_CLASS_PATH", System.getProperty("java.class.path"));
    environment.put("HOME", home().toString());
    environment.put("XDG_STATE_HOME", root.resolve("state").toString());
    environment.put("XDG_CONFIG_HOME", home().resolve(".config").toString());
    environment.put("LUHPROC_TMP_DIR", root.resolve("workers").toString());
    return shell;
  }

  /** Runs a script and waits for its end. */
  Result run(String script) throws InterruptedException {
    try {
      Path err = Files.createTempFile(root, "script", ".err");
      Process process = shell(script).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), out, Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
