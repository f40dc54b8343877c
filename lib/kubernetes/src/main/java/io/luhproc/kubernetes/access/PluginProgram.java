package io.luhproc.kubernetes.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that prints credentials.
 *
 * @param what what it is for, for messages
 * @param command the program and its arguments
 * @param environment the variables to add
 * @param hint what to do if it does not exist
 * @param executor reads its output
 */
record PluginProgram(
    String what,
    List<String> command,
    Map<String, String> environment,
    String hint,
    Executor executor) {
  /** The time for a run. It may ask another server, but has no terminal. */
  static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final int MAX_OUTPUT_BYTES = 1 << 20;
  private static final int MAX_QUOTED = 1000;

  /** Runs it and returns its standard output; no part of that is in a message. */
  byte[] run() {
    return run(TIMEOUT);
  }

  byte[] run(Duration timeout) {
    Process process = start();
    try {
      process.getOutputStream().close();
      CompletableFuture<byte[]> output = read(process.getInputStream());
      CompletableFuture<byte[]> errors = read(process.getErrorStream());
      byte[] printed =
          output
              .thenCombine(errors, (out, err) -> out)
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      // It may have closed its output and run on.
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
      int code = process.exitValue();
      if (code != 0) {
        String text = new String(errors.get(), UTF_8).strip();
        throw new AccessException(
            "cannot use %s: %s exited with code %d%s"
                .formatted(what, command.get(0), code, text.isEmpty() ? "" : ": " + quote(text)));
      }
      return printed;
    } catch (TimeoutException e) {
      throw new AccessException(
          "cannot use %s: %s did not end within %s".formatted(what, command.get(0), timeout));
    } catch (ExecutionException | IOException e) {
      throw new AccessException("cannot use " + what + ": its output cannot be read: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AccessException("cannot use " + what + ": interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start() {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new AccessException(
          "cannot use " + what + ": cannot run " + command.get(0) + ": " + hint, e);
    }
  }

  /** Reads a stream to its end, so that the program never blocks, and keeps the first 1 MiB. */
  private CompletableFuture<byte[]> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            byte[] kept = stream.readNBytes(MAX_OUTPUT_BYTES);
            long ignored = stream.transferTo(OutputStream.nullOutputStream());
            return kept;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        executor);
  }

  private static String quote(String text) {
    String beginning = text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "…" : text;
    return beginning.replaceAll("\\p{Cntrl}+", " ");
  }
}
