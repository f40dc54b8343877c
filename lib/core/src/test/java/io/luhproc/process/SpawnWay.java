package io.luhproc.process;

import io.luhproc.posix.Children;

/** The ways to start processes, each by itself. */
enum SpawnWay {
  JDK {
    @Override
    Spawner spawner(Tools tools) {
      return new JdkSpawner(tools);
    }
  },
  NATIVE {
    @Override
    Spawner spawner(Tools tools) {
      return NativeSpawner.start(Children.load().orElseThrow(), new JdkSpawner(tools));
    }
  };

  abstract Spawner spawner(Tools tools);

  /** Returns a launcher that starts them in this way from the first one on. */
  Launcher launcher(String searchPath) {
    Tools tools = new Tools(searchPath);
    return new Launcher(tools, spawner(tools));
  }
}
