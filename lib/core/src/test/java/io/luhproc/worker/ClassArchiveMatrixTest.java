package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.InstalledJdks;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Class archives of an app in several packagings, on each installed JDK. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ClassArchiveMatrixTest {
  @TempDir private Path folder;

  @Test
  void archiveOfJarsIsUsedByNextWorker() throws Exception {
    onEachJdk(ArchivedApp::ofJars);
  }

  @Test
  void archiveOfExecutableJarIsUsedByNextWorker() throws Exception {
    onEachJdk(ArchivedApp::ofExecutableJar);
  }

  @Test
  void archiveOfWildcardIsUsedByNextWorker() throws Exception {
    onEachJdk(ArchivedApp::ofWildcard);
  }

  @Test
  void archiveOfFatJarIsUsedByNextWorker() throws Exception {
    onEachJdk(ArchivedApp::ofFatJar);
  }

  @Test
  void archiveOfModulesIsUsedByNextWorker() throws Exception {
    if (!Boolean.getBoolean("luhproc.fast")) { // which compiles without module-info
      onEachJdk(ArchivedApp::ofModules);
    }
  }

  /** JDK 24 and later list resolved constants at exit, with which a better archive is made. */
  @Test
  void secondWorkerReplacesArchiveWhenFirstHasListedConstants() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofJars(folder)) {
      List<Path> jdks = InstalledJdks.homes();
      Path newest = jdks.get(jdks.size() - 1);
      app.java(newest.resolve("bin/java"));
      Path first = app.makeArchive();
      boolean hasConstants = Integer.parseInt(InstalledJdks.featureVersion(newest)) >= 24;
      if (hasConstants) {
        app.awaitFile(".list");
        app.start("second");
        Eventually.holds("the list is consumed", () -> app.files().size() == 2);
        assertThat(app.awaitFile(".jsa")).isNotEqualTo(first);
        app.stop("second");
        app.start("third");
        assertThat(app.state("third")).isEqualTo("used");
        app.stop("third");
      }
      assertThat(app.files()).noneMatch(name -> name.endsWith(".list"));
    }
  }

  @Test
  void directoryInClassPathHasNoArchive() throws Exception {
    try (ArchivedApp app = ArchivedApp.ofDirectories(folder)) {
      app.start("first");
      assertThat(app.state("first")).startsWith("not used: the class path has a directory: ");
      app.stop("first");
      assertThat(app.files()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jpackageImageHasNoArchive(Path jdk) throws Exception {
    try (ArchivedApp app = ArchivedApp.ofImage(folder, jdk)) {
      app.start("first");
      assertThat(app.state("first")).isEqualTo("not used: the program is not started by java");
      app.stop("first");
      assertThat(app.files()).isEmpty();
    }
  }

  static List<Path> jdks() {
    return InstalledJdks.homes();
  }

  private void onEachJdk(Packaging packaging) throws Exception {
    for (Path jdk : InstalledJdks.homes()) {
      Path own = folder.resolve(jdk.getFileName());
      try (ArchivedApp app = packaging.in(own).java(jdk.resolve("bin/java"))) {
        app.makeArchive();
        app.start("next");
        assertThat(app.state("next")).as(jdk.toString()).isEqualTo("used");
        app.stop("next");
      }
    }
  }

  /** Packs the app into a folder. */
  private interface Packaging {
    ArchivedApp in(Path folder) throws Exception;
  }
}
