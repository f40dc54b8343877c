package io.luhproc.slurm;

import io.luhproc.LuhprocException;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the commands of Slurm for one call of the engine, all within its time limit: with a
 * controller that does not answer they wait for 10 s (MessageTimeout in slurm.conf) and longer.
 */
final class CommandRunner {
  static final Path NO_INPUT = Path.of("/dev/null");

  private static final int MAX_MESSAGE = 500;
  // E2BIG of execve(2), as java.lang.ProcessImpl names it.
  private static final String TOO_LONG = "error=7,";
  // They select jobs and change what is printed, unseen by the caller; multi-cluster operation
  // prints a line for each cluster.
  private static final List<String> REMOVED_PREFIXES =
      List.of("SQUEUE_", "SCANCEL_", "SCONTROL_", "SACCT_", "SBATCH_", "SLURM_CLUSTERS");

  private final Map<String, String> environment;
  private final long deadline;

  CommandRunner(Map<String, String> environment, Duration limit) {
    this.environment = environment;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  /** What a command printed. */
  record Output(int exitCode, String out, String err) {
    boolean isSuccess() {
      return exitCode == 0;
    }

    /** Returns what the command says of its failure, in one line. */
    String message() {
      String text = (err.isBlank() ? out : err).strip().replaceAll("\\s*[\\p{Cntrl}]+\\s*", "; ");
      return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text;
    }
  }

  /** Runs a command that looks at Slurm, or acts on a job. */
  Output run(List<String> command) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.keySet().removeIf(name -> REMOVED_PREFIXES.stream().anyMatch(name::startsWith));
    variables.put("SLURM_TIME_FORMAT", "%s");
    return run(command, variables, NO_INPUT);
  }

  /** Runs a command with an environment and an input of its own. */
  Output run(List<String> command, Map<String, String> variables, Path input) {
    List<String> words = new ArrayList<>(command);
    words.set(0, find(command.get(0)).toString());
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.redirectInput(input.toFile());
    try {
      // Throws IllegalArgumentException for a name or value that no environment can have.
      builder.environment().putAll(variables);
      return await(command.get(0), builder.start());
    } catch (IllegalArgumentException e) {
      throw new EngineRefusedException(
          "cannot run %s: %s; remove the variable".formatted(command.get(0), e.getMessage()), e);
    } catch (IOException e) {
      throw notStarted(command.get(0), e);
    }
  }

  private static LuhprocException notStarted(String program, IOException cause) {
    String message = "cannot run %s: %s; ".formatted(program, cause.getMessage());
    return message.contains(TOO_LONG)
        ? new EngineRefusedException(message + "shorten arguments and variables", cause)
        : new EngineUnavailableException(message + "are processes and memory left?", cause);
  }

  private Output await(String name, Process process) {
    long left = Math.max(0, deadline - System.nanoTime());
    Executor atDeadline = CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS);
    AtomicBoolean isLate = new AtomicBoolean();
    CompletableFuture<Void> killer =
        CompletableFuture.runAsync(
            () -> {
              isLate.set(true);
              Process ignored = process.destroyForcibly();
            },
            atDeadline);
    try (InputStream out = process.getInputStream();
        InputStream err = process.getErrorStream()) {
      String outText = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      String errText = new String(err.readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = process.waitFor();
      if (!isLate.get()) {
        return new Output(exitCode, outText, errText);
      }
    } catch (IOException ignored) {
      // Destroying the process closes its streams.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      boolean ignored = killer.cancel(false);
      Process destroyed = process.destroyForcibly();
      assert destroyed == process;
    }
    throw new EngineUnavailableException(
        "cannot run %s: Slurm's controller gave no answer in time; look at it with scontrol ping"
            .formatted(name));
  }

  private Path find(String program) {
    return lookUp(program)
        .orElseThrow(
            () ->
                new EngineRefusedException(
                    "cannot run %s: it is not on PATH; use a host that may submit jobs, or install Slurm's client commands"
                        .formatted(program)));
  }

  /** Looks a program up on the path of the app. */
  Optional<Path> lookUp(String program) {
    for (String folder : environment.getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      Path candidate = Path.of(folder).resolve(program);
      if (candidate.isAbsolute()
          && Files.isRegularFile(candidate)
          && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
