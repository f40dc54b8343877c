package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command line without a daemon. */
class CommandsTest {
  private static String run(int code, String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine commandLine = Luhproc.commandLine(arguments);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(out));
    assertThat(commandLine.execute(arguments)).as(out::toString).isEqualTo(code);
    return out.toString();
  }

  @Test
  void everyCommandHasHelpInEightyColumns() {
    for (String name : Commands.NAMES) {
      String help = run(0, name, "--help");

      assertThat(help).startsWith("Usage: luhproc " + name);
      assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    }
  }

  @Test
  void onlyRequestedCommandIsCreated() {
    assertThat(Luhproc.commandLine("ps", "web").getSubcommands()).containsOnlyKeys("ps");
    assertThat(Luhproc.commandLine("-f", "x", "ps").getSubcommands()).containsOnlyKeys("ps");
    assertThat(Luhproc.commandLine("--help").getSubcommands().keySet())
        .containsExactlyElementsOf(Commands.NAMES);
  }

  @Test
  void misspelledCommandGetsSuggestion() {
    assertThat(run(2, "statsu"))
        .startsWith("luhproc: unknown command 'statsu'; did you mean status")
        .endsWith("?\nSee 'luhproc --help'.\n");
  }

  @Test
  void wrongUsageIsTwoLines() {
    assertThat(run(2, "stop", "--nope")).hasLineCount(2).contains("--nope");
    assertThat(run(2, "stop"))
        .isEqualTo("luhproc: give either services or --all\nSee 'luhproc stop --help'.\n");
    assertThat(run(2, "stop", "web", "--all")).contains("give either services or --all");
    assertThat(run(2, "up", "--exit-when=a=b")).contains("must be NAME=exited or NAME=failed");
    assertThat(run(2, "logs", "-n", "-1")).contains("--lines (-1) must be all or a number");
    assertThat(run(2, "logs", "-f", "--until=1m")).contains("either --follow or --until");
    assertThat(run(2, "logs", "--grep=(")).contains("Unclosed group");
    assertThat(run(2, "wait", "a", "--for=up")).contains("must be running, healthy or exited");
  }

  @Test
  void completionKnowsAllCommands() {
    String script = run(0, "completion");

    assertThat(script).contains(Commands.NAMES).contains("--exit-when", "check");
  }
}
