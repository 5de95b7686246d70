namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>The kinds of files that the verbs of mmu read.</summary>
internal enum InputKind
{
    Machine,
    Changes,
    Litmus,
    Casemate,
    MemoryTrace,
    Replay,
    Dump,
    Registers,
    Core,
    Ptdump,
    Expected,
    Protocol,
}
