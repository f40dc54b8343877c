package io.luhproc.posix;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The calls through kill(1) of the shell and fallocate(1) of util-linux, for a JVM in which native
 * code cannot be loaded silently: a few milliseconds a call.
 */
final class ShellPosix implements Posix {

  @Override
  public boolean kill(long pid, int signal) throws IOException {
    // dash and bash have kill built in; "--" keeps a negative pid from being read as an option.
    Result result = run(List.of("sh", "-c", "kill -s " + signal + " -- " + pid));
    if (result.status() == 0) {
      return true;
    }
    if (result.output().contains("No such process")) {
      return false;
    }
    throw new IOException("kill(" + pid + ", " + signal + ") failed: " + result.output());
  }

  @Override
  public void setsid() throws IOException {
    throw new IOException(
        "setsid() needs native access, which this JVM was not given: install setsid(1), or start"
            + " java with --enable-native-access=ALL-UNNAMED");
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
    throw new IOException("fallocate " + mode + " on " + file + " failed: " + result.output());
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
