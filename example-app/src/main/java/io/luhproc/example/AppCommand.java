package io.luhproc.example;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.worker.StartFailedException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Base of the commands: prints a failure as a message on stderr, without a stack trace. */
abstract class AppCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  /** Runs the command and returns its exit code. */
  abstract int run(Console console) throws IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    Console console = Console.of(commandLine());
    try {
      return console.finish(runAndReport(console));
    } finally {
      console.flush();
    }
  }

  private int runAndReport(Console console) throws InterruptedException {
    try {
      return run(console);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
    } catch (StartFailedException e) {
      return printFailure(console, e.getMessage(), ExitCode.START_FAILED);
    } catch (DocSearchException | LuhprocException e) {
      return printFailure(console, e.getMessage(), ExitCode.NOT_RUNNING);
    } catch (IOException e) {
      return printFailure(console, e.toString(), ExitCode.NOT_RUNNING);
    }
  }

  private static int printFailure(Console console, @Nullable String message, ExitCode code) {
    console.printMessage(String.valueOf(message));
    return code.code();
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("cannot run a command without picocli: it injects the spec");
    }
    return spec.commandLine();
  }

  /** Output format; the names are those on the command line. */
  enum Format {
    /** Text. */
    table,
    /** One JSON object per line. */
    json
  }
}
