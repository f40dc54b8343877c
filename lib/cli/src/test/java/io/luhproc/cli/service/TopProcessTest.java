package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.service.ProgramFixture.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jline.utils.ScreenTerminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs {@code top} with a terminal that script(1) makes. */
@Tag("process")
final class TopProcessTest {
  private static final int COLUMNS = 80;
  private static final int ROWS = 12;
  private static final String ENTER_SCREEN = "\033[?1049h";
  private static final String LEAVE_SCREEN = "\033[?1049l";
  private static final String SHOW_CURSOR = "\033[?25h";

  @RegisterExtension final ProgramFixture program = new ProgramFixture();

  @BeforeEach
  void start() throws Exception {
    program.write(
        "luhproc.toml",
        """
        [services.one]
        command = "echo first; echo 'red \\\\033[31m'; exec sleep 600"
        [services.two]
        command = ["sleep", "600"]
        """);
    Result up = program.run("luhproc up");
    assertThat(up.code()).as(up.err()).isZero();
  }

  /** A command on a terminal, and what its screen shows. */
  private final class Session implements AutoCloseable {
    private final Process process;
    private final ScreenTerminal screen = new ScreenTerminal(COLUMNS, ROWS);
    private final StringBuilder output = new StringBuilder();

    Session(String command) throws IOException {
      String script =
          "export TERM=xterm-256color SHELL=$BASH LC_ALL=C.UTF-8; script -qec '"
              + ("stty cols " + COLUMNS + " rows " + ROWS + "; stty -g >before; ")
              + command
              + "; echo \"code $?\"; stty -g >after' /dev/null";
      process = program.shell(script).redirectErrorStream(true).start();
    }

    void type(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    /** Reads until the lines of the screen meet a condition. */
    List<String> await(Predicate<List<String>> condition) throws IOException {
      while (!condition.test(lines())) {
        byte[] buffer = new byte[8192];
        int count = process.getInputStream().read(buffer);
        assertThat(count).as("screen at the end:%n%s", String.join("\n", lines())).isPositive();
        String text = new String(buffer, 0, count, StandardCharsets.UTF_8);
        output.append(text);
        assertThat(screen.write(text)).isNotNull();
      }
      return lines();
    }

    List<String> awaitText(String text) throws IOException {
      return await(lines -> lines.stream().anyMatch(line -> line.contains(text)));
    }

    private List<String> lines() {
      long[] cells = new long[COLUMNS * ROWS];
      screen.dump(cells, new int[2]);
      List<String> lines = new ArrayList<>();
      for (int row = 0; row < ROWS; row++) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < COLUMNS; column++) {
          int codePoint = ScreenTerminal.cellCodePoint(cells[row * COLUMNS + column]);
          line.appendCodePoint(codePoint == 0 ? ' ' : codePoint);
        }
        lines.add(line.toString().stripTrailing());
      }
      return lines;
    }

    /** Waits for the end of the command, and checks that the terminal is as before. */
    void awaitEnd(int code) throws IOException, InterruptedException {
      awaitText("code " + code);
      assertThat(output).contains(ENTER_SCREEN);
      assertThat(output.substring(output.indexOf(ENTER_SCREEN)))
          .contains(LEAVE_SCREEN, SHOW_CURSOR);
      assertThat(process.waitFor()).isZero();
      assertThat(Files.readString(program.folder().resolve("after")))
          .isEqualTo(Files.readString(program.folder().resolve("before")));
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void processIsStoppedAfterConfirmation() throws Exception {
    try (Session session = new Session("luhproc top -i 200ms")) {
      List<String> first = session.awaitText("2 of 2 running");
      assertThat(first.get(1)).startsWith("  NAME*").contains("CPU%", "MEMORY");
      assertThat(first.get(2)).startsWith("> one    running");
      session.type("\033[?62;22c\033[19;1~\033[B"); // An answer, and the key F8, are ignored.
      session.awaitText("> two");
      session.type("x");
      session.awaitText("stop two? y/N");
      session.type("y");
      session.awaitText("1 of 2 running");
      session.type("q");
      session.awaitEnd(0);
    }
    assertThat(program.run("luhproc status two").out()).contains("inactive");
  }

  @Test
  void logShowsTheLastLinesWithoutTheirControlSequences() throws Exception {
    try (Session session = new Session("luhproc top")) {
      session.awaitText("2 of 2 running");
      session.type("l");
      List<String> lines = session.awaitText("[31m");
      assertThat(lines).contains("log of one", "first", "red \\u001b[31m");
      session.type("q");
      session.awaitText("2 of 2 running");
      session.type("q");
      session.awaitEnd(0);
    }
  }

  @Test
  void terminalIsRestoredWhenSignalEndsTheProgram() throws Exception {
    try (Session session = new Session("luhproc top")) {
      session.awaitText("2 of 2 running");
      ProcessHandle top =
          session
              .process
              .descendants()
              .filter(it -> it.info().command().orElse("").endsWith("/java"))
              .findFirst()
              .orElseThrow();
      assertThat(top.destroy()).isTrue();
      session.awaitEnd(143);
    }
  }

  @Test
  void endOfTheDaemonIsShownAndTheNextOneIsFound() throws Exception {
    try (Session session = new Session("luhproc top -i 200ms")) {
      session.awaitText("2 of 2 running");
      assertThat(program.run("luhproc down").code()).isZero();
      session.awaitText("no answer for");
      assertThat(program.run("luhproc up two").code()).isZero();
      session.await(lines -> lines.get(0).startsWith("1 of 2 running"));
      session.type("q");
      session.awaitEnd(0);
    }
  }

  @Test
  void screenFollowsTheSizeOfTheTerminal() throws Exception {
    try (Session session = new Session("tty >tty; luhproc top")) {
      session.awaitText("2 of 2 running");
      Result resized = program.run("stty cols 40 rows 8 <$(cat tty)");
      assertThat(resized.code()).as(resized.err()).isZero();
      session.await(lines -> lines.get(7).startsWith("s start") && lines.get(7).length() == 40);
      session.type("q");
      session.awaitText("code 0");
    }
  }

  @Test
  void onceIsForScriptsAndLoadsNoTerminalLibrary() throws Exception {
    Result once = program.run("JDK_JAVA_OPTIONS=-Xlog:class+load:file=classes luhproc top --once");
    assertThat(once.code()).as(once.err()).isZero();
    List<String> lines = once.out().lines().toList();
    assertThat(lines.get(0)).startsWith("2 of 2 running");
    assertThat(lines.get(2)).matches("  one +running +[0-9]+ +.* +0 +[0-9.]+ +[0-9.]+ ?[KM]iB");
    assertThat(Files.readString(program.folder().resolve("classes"))).doesNotContain("org.jline");
  }

  @Test
  void terminalIsNeededWithoutOnce() throws Exception {
    assertThat(program.run("luhproc top").err()).contains("use --once");
  }
}
