package io.luhproc.bench;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecuteResultHandler;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.PumpStreamHandler;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.StartedProcess;

/** Libraries that start a process with its output in files. */
enum ProcessLibrary {
  /** The JDK, which all others except NuProcess use; the process appends to the files. */
  PROCESS_BUILDER("ProcessBuilder") {
    @Override
    StartedChild start(List<String> command, Path folder) throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectInput(new File("/dev/null"));
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()));
      builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()));
      Process process = builder.start();
      return process::waitFor;
    }
  },

  /** A worker with its own directory under the root {@code folder}. */
  LUHPROC("luhproc") {
    @Override
    StartedChild start(List<String> command, Path folder) {
      return start(createManager(command, folder));
    }
  },

  /** Pumps the output through threads of this JVM. */
  ZT_EXEC("zt-exec") {
    @Override
    StartedChild start(List<String> command, Path folder) throws IOException {
      OutputStream out = Files.newOutputStream(folder.resolve("zt.out"));
      OutputStream err = Files.newOutputStream(folder.resolve("zt.err"));
      StartedProcess started =
          new ProcessExecutor().command(command).redirectOutput(out).redirectError(err).start();
      return () -> {
        started.getFuture().get();
        out.close();
        err.close();
      };
    }
  },

  /** Spawns with JNA and reads the output with epoll. */
  NUPROCESS("NuProcess") {
    @Override
    StartedChild start(List<String> command, Path folder) throws IOException {
      OutputStream out = Files.newOutputStream(folder.resolve("nu.out"));
      NuProcess process = new NuProcessBuilder(new OutputCopier(out), command).start();
      return () -> {
        process.waitFor(0, TimeUnit.SECONDS);
        out.close();
      };
    }
  },

  /** Pumps the output through threads of this JVM. */
  COMMONS_EXEC("commons-exec") {
    @Override
    StartedChild start(List<String> command, Path folder) throws IOException {
      OutputStream out = Files.newOutputStream(folder.resolve("ce.out"));
      OutputStream err = Files.newOutputStream(folder.resolve("ce.err"));
      CommandLine line = new CommandLine(command.get(0));
      command.subList(1, command.size()).forEach(word -> line.addArgument(word, false));
      DefaultExecutor executor = DefaultExecutor.builder().get();
      executor.setStreamHandler(new PumpStreamHandler(out, err));
      DefaultExecuteResultHandler end = new DefaultExecuteResultHandler();
      executor.execute(line, end);
      return () -> {
        end.waitFor();
        out.close();
        err.close();
      };
    }
  };

  static final String TASK = "BENCH_TASK";

  private final String title;

  ProcessLibrary(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /**
   * Starts a process and returns when the library returns.
   *
   * @param folder directory of the output files
   */
  abstract StartedChild start(List<String> command, Path folder) throws Exception;

  /** Returns a manager whose workers run a command. */
  static ProcessManager createManager(List<String> command, Path root) {
    return ProcessManager.builder()
        .app("bench")
        .root(root)
        .task(TASK, context -> {})
        .command(command)
        .build();
  }

  /** Starts a worker of a manager. */
  static StartedChild start(ProcessManager manager) {
    String id = "w" + System.nanoTime();
    manager.start(TASK, id);
    return () -> awaitEndAndRemove(manager, id);
  }

  /** Waits until the end of a worker is recorded, and removes its directory. */
  static void awaitEndAndRemove(ProcessManager manager, String id) throws InterruptedException {
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(60));
    deadline.await(() -> manager.info(TASK, id).flatMap(info -> info.end()).isPresent());
    manager.stop(TASK, id);
  }

  /** A started process. */
  @FunctionalInterface
  interface StartedChild {
    /** Waits for its exit and releases its resources in this JVM. */
    void awaitExit() throws Exception;
  }

  private static final class OutputCopier extends NuAbstractProcessHandler {
    private final OutputStream out;

    OutputCopier(OutputStream out) {
      this.out = out;
    }

    @Override
    public void onStdout(ByteBuffer buffer, boolean closed) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      try {
        out.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
