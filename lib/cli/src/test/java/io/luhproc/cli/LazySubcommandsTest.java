package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.worker.ProcessManager;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

final class LazySubcommandsTest {
  private static final String[] ALL_COMMANDS = {
    "start",
    "stop",
    "restart",
    "kill",
    "wait",
    "rm",
    "prune",
    "info",
    "list",
    "ps",
    "logs",
    "run",
    "check",
    "completion"
  };

  @TempDir Path root;

  @Test
  void onlyNamedCommandIsBuiltWhenItIsExecuted() {
    CommandLine app = app();
    app.execute("info", TinyApp.WAITS, "a");
    assertThat(app.getSubcommands()).containsOnlyKeys("info");
  }

  @Test
  void commandIsBuiltWhenItsAliasIsExecuted() {
    CommandLine app = app();
    assertThat(app.execute("ps")).isZero();
    assertThat(app.getSubcommands()).containsOnlyKeys("list", "ps");
  }

  @Test
  void noWorkerCommandIsBuiltWhenAppCommandIsExecuted() {
    CommandLine app = app();
    app.addSubcommand(new Search());
    assertThat(app.execute("search")).isEqualTo(42);
    assertThat(app.getSubcommands()).containsOnlyKeys("search");
  }

  @Test
  void everyCommandIsBuiltWhenHelpIsExecuted() {
    CommandLine app = app();
    app.addSubcommand(new HelpCommand());
    assertThat(app.execute("help")).isZero();
    assertThat(app.getSubcommands()).containsKeys(ALL_COMMANDS);
    StringWriter out = new StringWriter();
    CommandLine other = app();
    other.addSubcommand(new HelpCommand());
    other.setOut(new PrintWriter(out));
    other.execute("help", "logs");
    assertThat(out.toString()).contains("--since=TIME");
  }

  @Test
  void everyCommandIsBuiltWhenAppGeneratesCompletion() {
    CommandLine app = app();
    StringWriter out = new StringWriter();
    app.addSubcommand(new AutoComplete.GenerateCompletion());
    app.setOut(new PrintWriter(out));
    assertThat(app.execute("generate-completion")).isZero();
    assertThat(out.toString()).contains("_picocli_tiny_logs").contains("--since");
  }

  @Test
  void appCommandIsKeptWhenItHasTheNameOfAWorkerCommand() {
    CommandLine app = app();
    app.addSubcommand("start", new Search()).addSubcommand("ps", new Search());
    assertThat(app.execute("start")).isEqualTo(42);
    assertThat(app.execute("list")).isZero();
    assertThat(app.execute("ps")).isEqualTo(42);
    app.execute("--none");
    assertThat(app.getSubcommands()).containsKeys(ALL_COMMANDS);
    assertThat(app.execute("start")).isEqualTo(42);
  }

  @Test
  void aliasIsUnknownWhenTheAppHasItsOwnCommandOfThatName() {
    CommandLine app = app();
    app.addSubcommand("list", new Search());
    StringWriter err = new StringWriter();
    app.setErr(new PrintWriter(err));
    assertThat(app.execute("ps")).isEqualTo(2);
    assertThat(err.toString()).startsWith("tiny: unknown command 'ps'");
    assertThat(app.execute("list")).isEqualTo(42);
  }

  @Test
  void commandsWorkWhenAddedToASubcommand() {
    CommandLine app = new CommandLine(CommandSpec.create().name("tiny"));
    CommandLine workers = new CommandLine(CommandSpec.create().name("workers"));
    app.addSubcommand("workers", workers);
    WorkerCommands.addTo(workers, manager());
    StringWriter out = new StringWriter();
    app.setOut(new PrintWriter(out));
    assertThat(app.execute("workers", "list")).isZero();
    assertThat(out.toString()).startsWith("TASK ");
    assertThat(app.execute("workers", "completion")).isZero();
    assertThat(out.toString()).contains("_picocli_tiny_workers_logs");
  }

  @Test
  void sameCommandLineCanBeExecutedRepeatedly() {
    CommandLine app = app();
    assertThat(app.execute("list")).isZero();
    assertThat(app.execute("info", TinyApp.WAITS, "a")).isEqualTo(3);
    assertThat(app.execute("info", TinyApp.WAITS)).isEqualTo(2);
    assertThat(app.execute("list")).isZero();
  }

  @Test
  void existingPreprocessorStillRunsAfterCommandsAreAdded() {
    CommandLine app = new CommandLine(CommandSpec.create().name("tiny"));
    StringBuilder seen = new StringBuilder();
    app.getCommandSpec()
        .preprocessor(
            (arguments, command, argument, state) -> {
              seen.append(arguments.peek());
              return false;
            });
    WorkerCommands.addTo(app, manager());
    app.execute("list");
    assertThat(seen).hasToString("list");
  }

  private CommandLine app() {
    CommandLine app = TinyApp.commandLine(manager());
    app.setOut(new PrintWriter(new StringWriter()));
    app.setErr(new PrintWriter(new StringWriter()));
    return app;
  }

  private ProcessManager manager() {
    return TinyApp.manager(root);
  }

  @Command(name = "search")
  private static final class Search implements Callable<Integer> {
    @Override
    public Integer call() {
      return 42;
    }
  }
}
