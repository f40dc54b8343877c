package io.luhproc.example;

import io.luhproc.LuhprocException;
import io.luhproc.cli.ExitCode;
import io.luhproc.worker.StartFailedException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command of this app: what it fails with is explained on stderr, without a stack trace. */
abstract class AppCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  /** Does it, and returns what to exit with. */
  abstract int run(Terminal terminal) throws IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    Terminal terminal = Terminal.of(line());
    try {
      return run(terminal);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line(), String.valueOf(e.getMessage()), e);
    } catch (StartFailedException e) {
      return failed(terminal, e.getMessage(), ExitCode.START_FAILED);
    } catch (DocSearchException | LuhprocException e) {
      return failed(terminal, e.getMessage(), ExitCode.NOT_RUNNING);
    } catch (IOException e) {
      return failed(terminal, e.toString(), ExitCode.NOT_RUNNING);
    } finally {
      terminal.out().flush();
    }
  }

  private static int failed(Terminal terminal, @Nullable String message, ExitCode code) {
    terminal.err().println(message);
    return code.code();
  }

  private CommandLine line() {
    if (spec == null) {
      throw new IllegalStateException("picocli runs this command");
    }
    return spec.commandLine();
  }
}
