package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryLockedException;
import io.luhproc.LuhprocException;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.LibraryCopy;
import io.luhproc.testing.SteppedProcess;
import io.luhproc.time.Deadline;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Mutual exclusion of threads and processes by the lock of a directory. */
@ExtendWith(LeakCheck.class)
@Tag("process")
class DirectoryLockTest {
  @TempDir private Path folder;
  @TempDir private Path output;
  private ProcessDirectory directory;

  @BeforeEach
  void createDirectory() {
    directory = ProcessDirectory.at(folder.resolve("indexer-000000000000"));
    directory.create();
  }

  @Test
  void onlyOneThreadHoldsLockAtATime() throws InterruptedException {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger max = new AtomicInteger();
    AtomicInteger rounds = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Threads.daemon(
              "locker-" + i,
              () -> {
                for (int round = 0; round < 10; round++) {
                  try (DirectoryLock lock = directory.lock(timeout()).orElseThrow()) {
                    assertThat(lock).isNotNull();
                    max.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    rounds.incrementAndGet();
                    inside.decrementAndGet();
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(max).hasValue(1);
    assertThat(rounds).hasValue(80);
  }

  @Test
  void secondCloseDoesNotReleaseNextHolder() {
    DirectoryLock first = directory.lock(timeout()).orElseThrow();
    first.close();
    try (DirectoryLock second = directory.lock(timeout()).orElseThrow()) {
      first.close();
      assertThat(second).isNotSameAs(first);
      assertBusy();
    }
  }

  @Test
  void lockTimeoutNamesLockFileWhenHeldByAnotherProcess() throws IOException {
    try (JavaProcess holder = holder()) {
      assertThat(holder.isAlive()).isTrue();
      assertBusy();
    }
  }

  @Test
  void lockIsAcquiredWhenAnotherProcessReleasesIt() throws IOException {
    try (JavaProcess holder = holder()) {
      holder.writeLine("release");
      try (DirectoryLock lock = directory.lock(timeout()).orElseThrow()) {
        assertThat(lock).isNotNull();
        holder.awaitLine("released");
        assertThat(holder.isAlive()).isTrue();
      }
    }
  }

  @Test
  void lockIsAcquiredWhenHolderIsKilled() throws IOException {
    try (JavaProcess holder = holder()) {
      holder.kill();
      try (DirectoryLock lock = directory.lock(timeout()).orElseThrow()) {
        assertThat(lock).isNotNull();
      }
    }
  }

  @Test
  void lockExcludesAnotherProcess() throws IOException {
    DirectoryLock lock = directory.lock(timeout()).orElseThrow();
    try (JavaProcess other = JavaProcess.of(HoldsLock.class, directory).start(output)) {
      other.awaitLine("tries");
      assertBusy();
      // A failed attempt of this JVM must not have released its own lock.
      assertThat(other.out()).doesNotContain("holds");
      lock.close();
      other.awaitLine("holds");
      assertBusy();
    } finally {
      lock.close();
    }
  }

  @Test
  void lockExcludesCopyOfLibraryInAnotherClassLoader() throws Exception {
    try (URLClassLoader first = LibraryCopy.load();
        URLClassLoader second = LibraryCopy.load()) {
      AutoCloseable lock = lockWith(first);
      assertThat(lock.getClass()).isNotSameAs(DirectoryLock.class);
      assertThatThrownBy(() -> lockWith(second))
          .cause()
          .hasMessageStartingWith("cannot lock " + directory + ": another process or thread");
      assertBusy();
      try (JavaProcess other = JavaProcess.of(HoldsLock.class, directory).start(output)) {
        other.awaitLine("tries");
        assertBusy();
        // The failed attempts of this JVM must not have released its lock.
        assertThat(other.out()).doesNotContain("holds");
        lock.close();
        other.awaitLine("holds");
        assertThatThrownBy(() -> lockWith(second)).isNotNull();
      }
    }
  }

  /** Locks the directory with the copy of this library in another class loader. */
  private AutoCloseable lockWith(ClassLoader loader) throws Exception {
    Class<?> type = loader.loadClass(ProcessDirectory.class.getName());
    Class<?> source = loader.loadClass(TimeSource.class.getName());
    Class<?> deadline = loader.loadClass(Deadline.class.getName());
    Object soon =
        deadline
            .getMethod("after", source, Duration.class)
            .invoke(null, source.getMethod("system").invoke(null), Duration.ofMillis(100));
    Object copy = type.getMethod("at", Path.class).invoke(null, directory.path());
    return (AutoCloseable)
        ((Optional<?>) type.getMethod("lock", deadline).invoke(copy, soon)).get();
  }

  @Test
  void lockIsKeptWhenFilesAreRefreshed() throws IOException {
    DirectoryLock lock = directory.lock(timeout()).orElseThrow();
    try (lock;
        JavaProcess other = JavaProcess.of(HoldsLock.class, directory).start(output)) {
      other.awaitLine("tries");
      directory.touch(Instant.now());
      lock.refresh(Instant.now());
      TmpCleaner.age(directory.path());
      assertOtherIsRefused(other);
      Instant now = Instant.now();
      lock.refresh(now);
      Path file = directory.path().resolve("lock");
      assertThat(Files.getLastModifiedTime(file).toInstant()).isAfter(now.minusSeconds(1));
      assertThat(((FileTime) Files.getAttribute(file, "lastAccessTime")).toInstant())
          .isAfter(now.minusSeconds(1));
      assertOtherIsRefused(other);
    }
  }

  @Test
  void deletedLockFileIsReplacedAndLockedAgain() throws IOException {
    DirectoryLock lock = directory.lock(timeout()).orElseThrow();
    try (lock) {
      Files.delete(directory.path().resolve("lock"));
      lock.refresh(Instant.now());
      try (JavaProcess other = JavaProcess.of(HoldsLock.class, directory).start(output)) {
        other.awaitLine("tries");
        assertOtherIsRefused(other);
        lock.close();
        other.awaitLine("holds");
      }
    }
  }

  @Test
  void refreshFailsWhenAnotherProcessHasLockedNewFile() throws IOException {
    DirectoryLock lock = directory.lock(timeout()).orElseThrow();
    try (lock) {
      Files.delete(directory.path().resolve("lock"));
      try (JavaProcess other = holder()) {
        assertThatThrownBy(() -> lock.refresh(Instant.now()))
            .isInstanceOf(DirectoryLockedException.class)
            .hasMessage(
                "cannot keep "
                    + directory.path().resolve("lock")
                    + " locked: it was deleted, and another process has locked a new one; stop one"
                    + " of the two");
        assertThat(other.isAlive()).isTrue();
      }
    }
    lock.refresh(Instant.now());
    assertThatCode(() -> directory.lock(timeout()).orElseThrow().close())
        .doesNotThrowAnyException();
  }

  private void assertOtherIsRefused(JavaProcess other) {
    assertBusy(); // takes longer than the pauses between the attempts of the other process
    assertThat(other.out()).doesNotContain("holds");
  }

  @Test
  void lockIsRefusedWhenFileIsPipe() throws Exception {
    Path file = directory.path().resolve(DirectoryLock.FILE_NAME);
    // Opening a fifo would block forever.
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> directory.lock(timeout()))
        .isInstanceOf(LuhprocException.class)
        .hasMessage(
            "cannot lock "
                + directory.path().toRealPath()
                + ": "
                + file.toRealPath()
                + " is not a regular file; remove it");
  }

  @Test
  void lockIsSharedAcrossSymlinkedPaths() throws IOException {
    Path link = Files.createSymbolicLink(output.resolve("link"), folder);
    DirectoryLock lock =
        ProcessDirectory.at(link.resolve(directory.name())).lock(timeout()).orElseThrow();
    try (lock) {
      assertBusy();
    }
  }

  @Test
  void lockIsAcquiredOnNewFileWhenHeldFileIsDeleted() throws IOException {
    try (JavaProcess holder = holder()) {
      CompletableFuture<DirectoryLock> waiting = lockInBackground();
      Files.delete(directory.path().resolve(DirectoryLock.FILE_NAME));
      DirectoryLock lock = waiting.join();
      try (lock) {
        // The other process holds an unlinked file, which excludes no other process.
        assertThat(holder.isAlive()).isTrue();
        assertThat(directory.path().resolve(DirectoryLock.FILE_NAME)).exists();
        assertBusy();
      }
    }
  }

  @Test
  void lockIsRetriedWhenFileIsDeletedBetweenOpenAndLock() throws Exception {
    directory.lock(timeout()).orElseThrow().close();
    JavaProcess.Builder other = JavaProcess.of(HoldsLock.class, directory);
    try (SteppedProcess slow = SteppedProcess.start(other, output)) {
      slow.runToStep("tryLock");
      Files.delete(directory.path().resolve(DirectoryLock.FILE_NAME));
      DirectoryLock lock = directory.lock(timeout()).orElseThrow();
      try (lock) {
        // It locked the unlinked file, so it tries again.
        slow.runToStep("tryLock");
        assertThat(slow.process().out()).doesNotContain("holds");
      }
      slow.detach();
      slow.process().awaitLine("holds");
    }
  }

  @Test
  void lockIsEmptyWhenDirectoryIsMissing() throws IOException {
    directory.delete();
    assertThat(directory.lock(timeout())).isEmpty();
    assertThat(directory.lockExisting(timeout())).isEmpty();
  }

  @Test
  void lockIsEmptyWhenDirectoryIsDeletedWhileWaiting() {
    CompletableFuture<Optional<DirectoryLock>> waiting = new CompletableFuture<>();
    DirectoryLock held = directory.lock(timeout()).orElseThrow();
    try (held) {
      Threads.daemon("lock-waiter", () -> waiting.complete(directory.lockExisting(timeout())))
          .start();
      directory.delete();
    }
    assertThat(waiting.join()).isEmpty();
    assertThat(directory.path()).doesNotExist();
  }

  @Test
  void lockExistingDoesNotCreateFile() {
    assertThat(directory.lockExisting(timeout())).isEmpty();
    assertThat(directory.path()).isEmptyDirectory();
  }

  @Test
  void lockIsRefusedWhenFileIsSymlink() throws IOException {
    Path target = folder.resolve("target");
    Files.createFile(target);
    Files.createSymbolicLink(directory.path().resolve(DirectoryLock.FILE_NAME), target);
    assertThatThrownBy(() -> directory.lock(timeout()))
        .isInstanceOf(LuhprocException.class)
        .hasMessageEndingWith(DirectoryLock.FILE_NAME + " is not a regular file; remove it");
  }

  @Test
  void interruptIsRestoredWhenLockWaitIsInterrupted() {
    DirectoryLock held = directory.lock(timeout()).orElseThrow();
    try (held) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> directory.lock(timeout()))
          .isInstanceOf(DirectoryLockedException.class)
          .hasMessage("cannot lock " + directory + ": interrupted while waiting");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThatCode(() -> directory.lock(timeout()).orElseThrow().close())
        .doesNotThrowAnyException();
  }

  private CompletableFuture<DirectoryLock> lockInBackground() {
    CompletableFuture<DirectoryLock> acquired = new CompletableFuture<>();
    Thread thread =
        Threads.daemon(
            "lock-waiter",
            () -> {
              try {
                acquired.complete(directory.lock(timeout()).orElseThrow());
              } catch (RuntimeException e) {
                acquired.completeExceptionally(e);
              }
            });
    thread.start();
    Eventually.holds("a waiting thread", () -> thread.getState() == Thread.State.TIMED_WAITING);
    return acquired;
  }

  private JavaProcess holder() throws IOException {
    JavaProcess holder = JavaProcess.of(HoldsLock.class, directory).start(output);
    holder.awaitLine("holds");
    return holder;
  }

  private void assertBusy() {
    Deadline soon = Deadline.after(TimeSource.system(), Duration.ofMillis(100));
    assertThatThrownBy(() -> directory.lock(soon))
        .isInstanceOf(DirectoryLockedException.class)
        .hasMessage(
            "cannot lock "
                + directory
                + ": another process or thread is starting or stopping its process; try again, or"
                + " find the holder with fuser "
                + directory.path().resolve("lock"));
  }

  private static Deadline timeout() {
    return Deadline.after(TimeSource.system(), Duration.ofSeconds(20));
  }
}
