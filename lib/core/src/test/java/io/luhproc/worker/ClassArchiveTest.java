package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.StopResult.Outcome;
import io.luhproc.worker.app.ArchiveApp;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Class archives that cannot be made or used. Each worker must run as without one, and its JVM must
 * print nothing, which {@link ArchivedApp#stop} checks.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ClassArchiveTest {
  private static final String NONE_YET = "not used: there is none yet";

  @TempDir private Path folder;

  @Test
  void archiveIsMadeOnceWhenTwentyWorkersStart() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      String[] ids = IntStream.range(0, 20).mapToObj(Integer::toString).toArray(String[]::new);
      app.start(ids);
      Path archive = app.awaitFile(".jsa");
      assertThat(app.state("0")).isEqualTo(NONE_YET);
      app.start("later");
      assertThat(app.state("later")).isEqualTo("used");
      assertThat(app.files())
          .containsOnlyOnce(archive.getFileName().toString())
          .filteredOn(name -> name.endsWith(".jsa"))
          .hasSize(1);
    }
  }

  @Test
  void anotherWorkerMakesArchiveWhenMakerIsKilled() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      app.start("killed");
      app.awaitFile(".new");
      boolean sent = app.manager().signal(ArchiveApp.TASK, "killed", Signal.KILL);
      assertThat(sent).isTrue();
      // A recorder is taken for killed when it has not made the archive within two minutes.
      Files.setLastModifiedTime(
          app.awaitFile(".recording"), FileTime.from(Instant.now().minusSeconds(200)));
      Path archive = app.makeArchive();
      assertThat(archive).isRegularFile();
      app.stop("killed");
    }
  }

  @Test
  void stopEndsMakingAndNextWorkerContinues() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      app.start("stopped");
      app.awaitFile(".new");
      StopResult result = app.stop("stopped");
      assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(app.files()).noneMatch(name -> name.endsWith(".off") || name.endsWith(".new"));
      assertThat(app.makeArchive()).isRegularFile();
    }
  }

  @Test
  void filesBelongToThisUserOnly() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      Path archive = app.makeArchive();
      for (String name : app.files()) {
        assertThat(Files.getPosixFilePermissions(archive.resolveSibling(name)))
            .as(name)
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
    }
  }

  @Test
  void archiveIsNotMadeWhenDiskIsFull() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder).wrappedBy("prlimit", "--fsize=4194304")) {
      app.start("full");
      app.awaitFile(".off");
      assertThat(app.files()).noneMatch(name -> name.contains(".jsa") || name.endsWith(".new"));
      app.stop("full");
      app.start("next");
      assertThat(app.state("next")).contains("the JVM could not make or use it");
      app.stop("next");
    }
  }

  @Test
  void archiveIsNotUsedWhenCacheDirectoryCannotBeCreated() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder).env("XDG_CACHE_HOME", "/proc/missing")) {
      app.start("readonly");
      assertThat(app.state("readonly")).startsWith("not used: its directory cannot be used: ");
      app.stop("readonly");
    }
  }

  @Test
  void archiveIsNotUsedWhenHomeIsMissing() throws Exception {
    Path home = folder.resolve("missing");
    try (ArchivedApp app = ArchivedApp.ofJars(folder).env("XDG_CACHE_HOME", "").env("HOME", home)) {
      app.start("homeless");
      assertThat(app.state("homeless")).startsWith("not used: its directory cannot be used: ");
      app.stop("homeless");
      assertThat(home).doesNotExist();
    }
  }

  @Test
  void archiveIsNotUsedWhenThereIsNoHomeAndCacheIsRelative() throws Exception {
    try (ArchivedApp app =
        ArchivedApp.ofJars(folder)
            .wrappedBy("env", "-u", "HOME")
            .env("XDG_CACHE_HOME", "relative")) {
      app.start("homeless");
      assertThat(app.state("homeless"))
          .isEqualTo(
              "not used: its directory cannot be used: neither XDG_CACHE_HOME nor HOME is set");
      app.stop("homeless");
      assertThat(Path.of("relative")).doesNotExist();
    }
  }

  @Test
  void archiveIsBelowHomeWhenCacheIsRelativeOrEmpty() throws Exception {
    for (String cache : List.of("relative", "")) {
      Path own = Files.createDirectory(folder.resolve("with" + cache));
      try (ArchivedApp app =
          ArchivedApp.ofJars(own).env("XDG_CACHE_HOME", cache).env("HOME", own)) {
        app.start("at-home");
        assertThat(app.state("at-home")).isEqualTo(NONE_YET);
        app.stop("at-home");
        assertThat(own.resolve(".cache/luhproc/archives")).isNotEmptyDirectory();
      }
    }
  }

  @Test
  void archiveIsNotUsedWhenAppHasTurnedItOff() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder).env(ArchiveApp.OFF, "1")) {
      app.start("off");
      assertThat(app.state("off")).isEqualTo("not used: the app has turned it off");
      app.stop("off");
      assertThat(app.cache()).isEmptyDirectory();
    }
  }

  @Test
  void archiveIsNotUsedWhenFileOrLinkIsInPlaceOfDirectory() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      Path place = app.cache().resolve("luhproc");
      Files.createFile(place);
      app.start("file");
      assertThat(app.state("file")).contains("is not a directory that only this user can write to");
      app.stop("file");
      Files.delete(place);
      Path target = Files.createDirectory(folder.resolve("target"));
      Files.createSymbolicLink(place, target);
      app.start("link");
      assertThat(app.state("link")).contains("is not a directory that only this user can write to");
      app.stop("link");
      assertThat(target).isEmptyDirectory();
    }
  }

  @Test
  void archiveOfAnotherUserIsNotUsed() throws Exception {
    assumeTrue(ProcessHandle.current().info().user().equals(Optional.of("root")), "needs chown");
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      Path archive = app.makeArchive();
      Files.setAttribute(archive, "unix:uid", 65534);
      app.start("foreign");
      assertThat(app.state("foreign")).isEqualTo(NONE_YET);
      app.stop("foreign");
      Files.setAttribute(app.archives(), "unix:uid", 65534);
      app.start("foreign");
      assertThat(app.state("foreign")).contains("only this user can write to");
      app.stop("foreign");
    }
  }

  @Test
  void workerGoesOnWhenCacheIsDeletedWhileItsArchiveIsMade() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      for (String suffix : List.of(".recording", ".new")) {
        app.start(suffix);
        app.awaitFile(suffix);
        Path deleted = Files.move(app.cache(), folder.resolve("deleted" + suffix));
        Files.createDirectory(app.cache());
        ProcessHandle worker = ProcessHandle.of(app.info(suffix).pid().orElseThrow()).orElseThrow();
        Eventually.holds("the maker has ended", () -> worker.children().findAny().isEmpty());
        app.stop(suffix);
        assertThat(deleted).isNotEmptyDirectory();
        assertThat(app.files()).isEmpty();
      }
      assertThat(app.makeArchive()).isRegularFile();
    }
  }

  @Test
  void workerGoesOnWhenJarIsRebuiltAndNextHasNoArchive() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      app.makeArchive();
      app.start("running");
      assertThat(app.state("running")).isEqualTo("used");
      rebuild(app.jar());
      app.start("recording");
      assertThat(app.state("recording")).isEqualTo(NONE_YET);
      app.awaitFile(".recording");
      // The archive of the one jar is made from the other.
      rebuild(app.jar());
      Eventually.holds(
          "an archive is made of the other jar, or cannot be made",
          () -> app.files().stream().filter(it -> it.matches(".*[.](jsa|off)")).count() == 2);
      app.start("next");
      assertThat(app.state("next")).isEqualTo(NONE_YET);
      for (String id : List.of("running", "recording", "next")) {
        assertThat(app.stop(id).outcome()).isEqualTo(Outcome.STOPPED);
      }
    }
  }

  /** Moves a copy into place that has an entry more. */
  private void rebuild(Path jar) throws IOException {
    Path copy = Files.copy(jar, folder.resolve("rebuilt.jar"));
    try (FileSystem zip = FileSystems.newFileSystem(copy)) {
      Files.writeString(zip.getPath("/entry" + System.nanoTime()), "more");
    }
    Files.move(copy, jar, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void archiveOfReplacedJdkIsNotUsed() throws Exception {
    Path jdk = folder.resolve("jdk");
    link(jdk, "java.base,java.logging,java.management,jdk.unsupported");
    try (ArchivedApp app = ArchivedApp.ofJars(folder).java(jdk.resolve("bin/java"))) {
      app.makeArchive();
      Files.move(jdk, folder.resolve("old"));
      link(jdk, "java.base,java.logging,java.management,jdk.unsupported,java.xml");
      app.start("upgraded");
      assertThat(app.state("upgraded")).isEqualTo(NONE_YET);
      Eventually.holds(
          "the new JDK has an archive",
          () -> app.files().stream().filter(it -> it.endsWith(".jsa")).count() == 2);
      app.stop("upgraded");
      app.start("next");
      assertThat(app.state("next")).isEqualTo("used");
      app.stop("next");
    }
  }

  private static void link(Path image, String modules) {
    int code =
        ToolProvider.findFirst("jlink")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--add-modules=" + modules,
                "--strip-debug",
                "--output=" + image);
    assertThat(code).isZero();
  }

  @Test
  void archiveIsNotUsedWhenTurnedOff() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder).env("LUHPROC_CLASS_ARCHIVE", "off")) {
      app.start("off");
      assertThat(app.state("off")).isEqualTo("not used: LUHPROC_CLASS_ARCHIVE=off");
      app.stop("off");
      assertThat(app.cache()).isEmptyDirectory();
    }
  }

  @Test
  void archiveThatOthersCanWriteIsNotUsed() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      Path archive = app.makeArchive();
      Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-rw-rw-"));
      app.start("foreign");
      assertThat(app.state("foreign")).isEqualTo(NONE_YET);
      app.stop("foreign");
      Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
      Files.setPosixFilePermissions(app.archives(), PosixFilePermissions.fromString("rwxrwxrwx"));
      app.start("foreign");
      assertThat(app.state("foreign")).contains("only this user can write to");
      app.stop("foreign");
    }
  }

  @Test
  void truncatedArchiveIsNotUsed() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      Path archive = app.makeArchive();
      try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
        file.setLength(file.length() / 2);
      }
      app.start("truncated");
      assertThat(app.state("truncated")).isEqualTo(NONE_YET);
      app.stop("truncated");
    }
  }

  @Test
  void damagedArchiveIsDeletedWhenJvmRejectsIt() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      Path archive = app.makeArchive();
      overwrite(archive, 0);
      app.start("damaged");
      assertThat(app.state("damaged")).isEqualTo("not used: the JVM has rejected it");
      app.stop("damaged");
      assertThat(archive).doesNotExist();
      app.start("next");
      assertThat(app.state("next")).contains("it is tried again after an hour");
      app.stop("next");
    }
  }

  /** The JVM maps it unchecked, and crashes, unless it is told to verify it. */
  @Test
  void archiveWithDamagedContentIsNotUsed() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      Path archive = app.makeArchive();
      for (long position = 1 << 20; position < Files.size(archive); position += 1 << 20) {
        overwrite(archive, position);
      }
      app.start("damaged");
      assertThat(app.state("damaged")).isEqualTo("not used: the JVM has rejected it");
      app.stop("damaged");
      assertThat(archive).doesNotExist();
    }
  }

  private static void overwrite(Path archive, long position) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
      file.seek(position);
      file.write(new byte[4096]);
    }
  }

  @Test
  void archiveOfRebuiltJarIsNotUsed() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      app.makeArchive();
      Instant rebuilt = Files.getLastModifiedTime(app.jar()).toInstant().plus(Duration.ofHours(1));
      Files.setLastModifiedTime(app.jar(), FileTime.from(rebuilt));
      app.start("rebuilt");
      assertThat(app.state("rebuilt")).isEqualTo(NONE_YET);
      app.stop("rebuilt");
    }
  }
}
