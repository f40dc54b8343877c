package io.luhproc.posix;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs kill(1) of the shell and fallocate(1) of util-linux, at a few milliseconds per call. Used in
 * a JVM that cannot load native code without a warning.
 */
final class ShellPosix implements Posix {

  @Override
  public boolean kill(long pid, int signal) throws IOException {
    // kill is a builtin of dash and bash; "--" prevents reading a negative pid as an option.
    Result result = run(List.of("sh", "-c", "kill -s " + signal + " -- " + pid));
    if (result.status() == 0) {
      return true;
    }
    if (result.output().contains("No such process")) {
      return false;
    }
    throw new IOException("cannot send signal " + signal + " to " + pid + ": " + result.output());
  }

  @Override
  public void setsid() throws IOException {
    throw new IOException(
        "cannot create a session: this JVM has no native access; install setsid(1), or start java"
            + " with --enable-native-access=ALL-UNNAMED");
  }

  @Override
  public boolean punchHole(Path file, long offset, long length) throws IOException {
    return fallocate("--punch-hole", file, offset, length);
  }

  @Override
  public boolean collapseRange(Path file, long offset, long length) throws IOException {
    return fallocate("--collapse-range", file, offset, length);
  }

  private static boolean fallocate(String mode, Path file, long offset, long length)
      throws IOException {
    Result result =
        run(List.of("fallocate", mode, "-o", "" + offset, "-l", "" + length, file.toString()));
    if (result.status() == 0) {
      return true;
    }
    boolean isUnsupported =
        result.output().contains("not supported") || result.output().contains("Invalid argument");
    if (isUnsupported) {
      return false;
    }
    throw new IOException("cannot fallocate " + mode + " " + file + ": " + result.output());
  }

  private static Result run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.waitFor(), text);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + command);
    }
  }

  private record Result(int status, String output) {}
}
