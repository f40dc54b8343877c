package io.luhproc.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.WorkerCommands;
import io.luhproc.worker.ProcessManager;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the recipes of the README about commands; {@link ReadmeTest} compares their texts. */
class CommandRecipesTest {
  @TempDir Path root;

  @Test
  void workerCommandsWorkInAGroup() {
    ProcessManager pm =
        ProcessManager.builder()
            .root(root)
            .mainClass(App.class.getName())
            .task("INDEXER", App::index)
            .build();
    CommandLine commandLine = new CommandLine(CommandSpec.create().name("app"));
    // recipe: group
    CommandLine workers = new CommandLine(CommandSpec.create().name("workers"));
    commandLine.addSubcommand("workers", workers);
    WorkerCommands.addTo(workers, pm); // app workers start, app workers stop, ...
    // end
    assertThat(output(commandLine, "workers", "list")).startsWith("TASK ");
  }

  @Test
  void appCommandPrintsWithConsole() {
    assertThat(output(new CommandLine(new Greet()))).isEqualTo("hello\n");
  }

  private static String output(CommandLine commandLine, String... arguments) {
    StringWriter out = new StringWriter();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setColorScheme(Help.defaultColorScheme(Ansi.OFF));
    assertThat(commandLine.execute(arguments)).isEqualTo(ExitCode.SUCCESS.code());
    return out.toString();
  }

  // recipe: console
  @Command(name = "greet", description = "Print a greeting.")
  static final class Greet implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      Console console = Console.of(spec.commandLine());
      console.print(console.colour("32", "hello")); // green on a terminal
      return console.finish(ExitCode.SUCCESS.code()); // 16 if stdout is full
    }
  }
  // end
}
