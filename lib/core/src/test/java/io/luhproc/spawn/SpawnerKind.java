package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;

/** The spawner implementations, as test parameters. */
enum SpawnerKind {
  JDK {
    @Override
    Spawner spawner(ToolLocator tools) {
      return JdkSpawner.forJavaPrograms(tools);
    }
  },
  NATIVE {
    @Override
    Spawner spawner(ToolLocator tools) {
      return NativeSpawner.start(
          PosixSpawner.tryLoad(false).orElseThrow(), JdkSpawner.forJavaPrograms(tools));
    }
  };

  abstract Spawner spawner(ToolLocator toolLocator);

  /** Returns a launcher that uses this implementation for every process, also the first. */
  Launcher launcher(String searchPath) {
    ToolLocator toolLocator = new ToolLocator(searchPath);
    return new Launcher(toolLocator, spawner(toolLocator));
  }
}
