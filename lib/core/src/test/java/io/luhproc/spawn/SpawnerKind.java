package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;

/** The ways to start processes, each by itself. */
enum SpawnerKind {
  JDK {
    @Override
    Spawner spawner(ToolLocator tools) {
      return new JdkSpawner(tools);
    }
  },
  NATIVE {
    @Override
    Spawner spawner(ToolLocator tools) {
      return NativeSpawner.start(PosixSpawner.tryLoad().orElseThrow(), new JdkSpawner(tools));
    }
  };

  abstract Spawner spawner(ToolLocator toolLocator);

  /** Returns a launcher that starts them in this way from the first one on. */
  Launcher launcher(String searchPath) {
    ToolLocator toolLocator = new ToolLocator(searchPath);
    return new Launcher(toolLocator, spawner(toolLocator));
  }
}
