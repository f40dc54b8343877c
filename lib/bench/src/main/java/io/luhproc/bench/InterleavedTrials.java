package io.luhproc.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs trials in turns, A B A B, so that other load on the machine affects all equally. */
final class InterleavedTrials {
  private final Map<String, Trial> trials = new LinkedHashMap<>();
  private final Map<String, Samples> samples = new LinkedHashMap<>();

  InterleavedTrials add(String name, Trial trial) {
    trials.put(name, trial);
    samples.put(name, new Samples());
    return this;
  }

  /** Runs all trials; the samples of the first {@code warmups} rounds are discarded. */
  InterleavedTrials run(int warmups, int rounds) throws Exception {
    for (int round = 0; round < warmups + rounds; round++) {
      for (Map.Entry<String, Trial> trial : trials.entrySet()) {
        long nanos = trial.getValue().run();
        if (round >= warmups) {
          samplesOf(trial.getKey()).add(nanos);
        }
      }
    }
    return this;
  }

  Samples samplesOf(String name) {
    Samples found = samples.get(name);
    if (found == null) {
      throw new IllegalArgumentException("trial (" + name + ") must be one of " + samples.keySet());
    }
    return found;
  }

  /** Returns the medians of all trials except some, as text. */
  String mediansExcept(String... excluded) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Samples> sample : samples.entrySet()) {
      if (!List.of(excluded).contains(sample.getKey())) {
        text.append(text.length() == 0 ? "" : ", ").append(sample.getKey()).append(' ');
        text.append(Samples.formatMillis(sample.getValue().median()));
      }
    }
    return text.toString();
  }
}
