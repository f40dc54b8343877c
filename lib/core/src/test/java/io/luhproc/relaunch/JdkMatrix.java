package io.luhproc.relaunch;

import io.luhproc.testing.InstalledJdks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs a test on all installed JDKs concurrently, each in its own directory. */
final class JdkMatrix {
  private JdkMatrix() {}

  /** The steps of a test on one JDK. */
  @FunctionalInterface
  interface JdkTest {
    void run(Path jdk, Path directory) throws Exception;
  }

  /** Runs a test on all JDKs; fails if it fails on one of them. */
  static void onEachJdk(Path parent, JdkTest test) throws IOException, InterruptedException {
    Map<Path, Future<?>> results = new LinkedHashMap<>();
    ExecutorService executor = Executors.newCachedThreadPool();
    try {
      for (Path jdk : InstalledJdks.homes()) {
        Path directory = Files.createDirectory(parent.resolve(InstalledJdks.featureVersion(jdk)));
        results.put(
            jdk,
            executor.submit(
                () -> {
                  test.run(jdk, directory);
                  return null;
                }));
      }
      for (Map.Entry<Path, Future<?>> result : results.entrySet()) {
        awaitSuccess(result.getKey(), result.getValue());
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void awaitSuccess(Path jdk, Future<?> result) throws InterruptedException {
    try {
      result.get();
    } catch (ExecutionException e) {
      throw new AssertionError("on " + jdk + ": " + e.getCause().getMessage(), e.getCause());
    }
  }
}
