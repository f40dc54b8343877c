package io.luhproc.example;

/**
 * The parts that index one folder together.
 *
 * @param rules which files are searched
 * @param index where they are put
 * @param intake who puts one there
 * @param watch who tells of changes
 * @param progress who tells how far it is
 */
record Indexing(
    FolderRules rules,
    FolderIndex index,
    FileIntake intake,
    FolderWatch watch,
    Progress progress) {}
