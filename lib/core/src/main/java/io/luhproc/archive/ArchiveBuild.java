package io.luhproc.archive;

import io.luhproc.directory.AtomicFiles;
import io.luhproc.relaunch.JavaLaunch;
import io.luhproc.time.RandomTokens;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes an archive from a list of classes: one JVM writes it, another checks that it can be used.
 * Both are members of the worker's process tree, so a stop of the worker ends them.
 */
final class ArchiveBuild implements Closeable {
  // If memory is short, the kernel ends this process and not the worker: oom_score_adj in proc(5).
  private static final String AT_LOW_PRIORITY =
      "umask 077; echo 1000 >/proc/self/oom_score_adj; exec nice -n 19 \"$0\" \"$@\"";
  // Without sync(1), a power failure after the rename could leave a file of zeros.
  private static final String SYNC_FIRST = "sync \"$LUHPROC_NEW_ARCHIVE\"; ";

  // 128 + SIGHUP, SIGINT and SIGTERM.
  private static final List<Integer> STOPPED = List.of(129, 130, 143);

  private final ClassList classes;
  private final JavaLaunch launch;
  private final Path file;
  private final FileChannel lock;
  private Process process;
  private boolean checking;

  private ArchiveBuild(ClassList classes, JavaLaunch launch, FileChannel lock) throws IOException {
    this.classes = classes;
    this.launch = launch;
    this.lock = lock;
    this.file = classes.directory().temporary(classes.key(), RandomTokens.next());
    List<String> options = new ArrayList<>();
    options.add("-Xshare:dump");
    options.add("-XX:SharedClassListFile=" + classes.file());
    options.add("-XX:SharedArchiveFile=" + file);
    if (classes.hasConstants()) {
      options.add("-XX:+AOTClassLinking");
    }
    this.process = start(AT_LOW_PRIORITY, options, launch.program());
  }

  /**
   * Begins to make an archive.
   *
   * @return empty if another worker makes one
   */
  static Optional<ArchiveBuild> begin(ClassList classes, JavaLaunch launch) throws IOException {
    FileChannel channel =
        FileChannel.open(
            classes.directory().lock(),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            AtomicFiles.FILE_MODE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new ArchiveBuild(classes, launch, channel));
      }
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private Process start(String script, List<String> first, List<String> last) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, launch.java()));
    command.addAll(first);
    command.addAll(ArchiveOptions.forMaking(launch, Runtime.getRuntime().maxMemory()));
    command.addAll(last);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LUHPROC_NEW_ARCHIVE", file.toString());
    Process started = builder.start();
    started.getOutputStream().close();
    return started;
  }

  /**
   * Continues, without waiting.
   *
   * @return whether it has ended: the archive is in place, or a stop of the worker has begun
   * @throws IOException if the archive cannot be made or used
   */
  boolean advance(Instant now) throws IOException {
    if (process.isAlive()) {
      return false;
    }
    int status = process.exitValue();
    if (STOPPED.contains(status)) {
      return true;
    }
    if (status != 0 || !Files.isRegularFile(file)) {
      throw new IOException("the JVM that makes the class archive exited with " + status);
    }
    if (!checking) {
      checking = true;
      List<String> options =
          List.of("-Xshare:on", ArchiveOptions.VERIFY, "-XX:SharedArchiveFile=" + file);
      process = start(SYNC_FIRST + AT_LOW_PRIORITY, options, programAndVersion());
      return false;
    }
    publish(now);
    return true;
  }

  /** Returns the program and an option that does not run it; -m would end the options. */
  private List<String> programAndVersion() {
    List<String> arguments = new ArrayList<>();
    if (launch.program().contains("-cp")) {
      arguments.addAll(launch.program());
    }
    arguments.add("-version");
    return arguments;
  }

  private void publish(Instant now) throws IOException {
    ArchiveDirectory directory = classes.directory();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    ArchiveDirectory.markUsed(file, now);
    directory.delete(classes.key(), ArchiveDirectory.ARCHIVE);
    String name = ArchiveDirectory.archiveName(classes.key(), Files.size(file));
    Files.move(file, directory.path().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    classes.onArchived();
  }

  /** Ends the JVM that runs, deletes what it has written, and lets another worker begin. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      Files.deleteIfExists(file);
    } finally {
      lock.close();
    }
  }
}
