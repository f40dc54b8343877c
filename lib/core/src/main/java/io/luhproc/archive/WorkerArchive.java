package io.luhproc.archive;

import io.luhproc.process.ProcessEnd;
import io.luhproc.relaunch.JavaLaunch;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The archive of the worker in this JVM: whether it is used, and the process that makes it when it
 * is due.
 *
 * <p>Used by the maintenance thread, except {@link #onReady()}. The constructor runs in a cold JVM
 * before the task, so it does nothing.
 */
public final class WorkerArchive implements AutoCloseable {
  private static final Duration DELAY_AFTER_READY = Duration.ofSeconds(2);
  private static final Duration DELAY_WITHOUT_READY = Duration.ofSeconds(10);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(10);

  private final String state;
  private final TimeSource time;
  private final long startNanos;
  private volatile boolean ready;
  private long dueNanos;
  private boolean finished;
  private @Nullable ArchiveBuild build;

  /**
   * Creates the archive of a worker that begins now.
   *
   * @param environment the environment of this JVM
   */
  public WorkerArchive(Map<String, String> environment, TimeSource time) {
    this.state = environment.getOrDefault(ClassArchives.VARIABLE, "");
    this.time = time;
    this.startNanos = time.nanoTime();
  }

  /** Notes that the task is ready, so that its classes are loaded. */
  public void onReady() {
    ready = true;
  }

  /**
   * Checks that the JVM uses the archive that it was given; otherwise deletes the archive.
   *
   * @return why it is not used; empty if it is, or if there is none
   */
  public Optional<String> findRejection() {
    if (!state.startsWith(ClassArchives.USE) || !isValid()) {
      return Optional.empty();
    }
    try {
      if (isMapped(file())) {
        ArchiveDirectory.markUsed(file(), time.now());
        return Optional.empty();
      }
      finished = true;
      // Another worker may have replaced it by a better one.
      if (Files.exists(file())) {
        directory().turnOff(key());
      }
      return Optional.of(ClassArchives.NOT_USED + "the JVM has rejected it");
    } catch (IOException expected) {
      // No /proc, or the directory is read-only now.
      return Optional.empty();
    }
  }

  /** The JVM has unmapped an archive that does not fit. */
  private static boolean isMapped(Path archive) throws IOException {
    return Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)
        .contains("/" + archive.getFileName());
  }

  /** Returns whether the variable is one that {@link ClassArchives} has set. */
  private boolean isValid() {
    return !state.startsWith(ClassArchives.NONE)
        && state.indexOf(' ') > 0
        && ArchiveDirectory.isMember(file());
  }

  private Path file() {
    return Path.of(state.substring(state.indexOf(' ') + 1));
  }

  private ArchiveDirectory directory() {
    Path parent = file().getParent();
    return new ArchiveDirectory(parent == null ? Path.of("/") : parent);
  }

  private String key() {
    return ArchiveDirectory.keyOf(file());
  }

  /** Begins or continues to make an archive if it is due, and returns at once. */
  public void run() {
    if (finished || !isDue()) {
      return;
    }
    if (!isValid()) {
      finished = true;
      return;
    }
    try {
      if (build == null) {
        begin();
      } else if (build.advance(time.now())) {
        directory().prune(time.now());
        close();
      }
    } catch (IOException e) {
      giveUp(e);
    }
  }

  private boolean isDue() {
    long now = time.nanoTime();
    if (dueNanos == 0 && ready) {
      dueNanos = now + DELAY_AFTER_READY.toNanos();
    } else if (dueNanos == 0 && now - startNanos > DELAY_WITHOUT_READY.toNanos()) {
      dueNanos = now;
    }
    return dueNanos != 0 && now - dueNanos >= 0;
  }

  private void begin() throws IOException {
    Optional<ClassList> classes = chooseClasses();
    Optional<JavaLaunch> launch = JavaLaunch.ofCurrentJvm();
    if (classes.isEmpty() || launch.isEmpty()) {
      finished = true;
      return;
    }
    build = ArchiveBuild.begin(classes.get(), launch.get()).orElse(null);
    if (build == null) {
      dueNanos = time.nanoTime() + RETRY_DELAY.toNanos();
    }
  }

  /** Returns the classes of an archive that is missing, or better than the one that exists. */
  private Optional<ClassList> chooseClasses() throws IOException {
    boolean exists = directory().findArchive(key()).isPresent();
    Optional<ClassList> kept = ClassList.findKept(directory(), key());
    if (kept.isPresent() && (!exists || kept.get().hasConstants())) {
      return kept;
    }
    return !exists && isRecording() && Files.exists(file())
        ? Optional.of(ClassList.ofRecording(directory(), file()))
        : Optional.empty();
  }

  private boolean isRecording() {
    return state.startsWith(ClassArchives.RECORD);
  }

  /** Leaves the worker without an archive: the disk is full, for example, or the JVM failed. */
  private void giveUp(IOException e) {
    LoggerFactory.getLogger(WorkerArchive.class).debug("cannot make a class archive", e);
    try {
      if (state.startsWith(ClassArchives.USE)) {
        // The archive in use stays; it was to be replaced by a better one.
        Files.deleteIfExists(directory().list(key()));
      } else {
        directory().turnOff(key());
      }
    } catch (IOException expected) {
      // Its directory was deleted, or is read-only.
    }
    close();
  }

  /** Ends what {@link #run()} has begun. */
  @Override
  public void close() {
    finished = true;
    try {
      if (build != null) {
        build.close();
      }
    } catch (IOException expected) {
      // The file of an unfinished archive stays, and expires.
    }
  }

  /** Keeps the recorded classes for the next worker, if they are those of a complete run. */
  public void onEnded(ProcessEnd end) {
    boolean isComplete = ready || (end.exitCode().orElse(1) == 0 && end.signal().isEmpty());
    if (isRecording() && isValid() && isComplete) {
      try {
        ClassList.keep(directory(), file());
      } catch (IOException expected) {
        // Its directory was deleted, or is read-only.
      }
    }
  }
}
