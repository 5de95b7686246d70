namespace Orleans.Mmu.Axioms.Model;

/// <summary>Whether CPUs have FEAT_ETS2: walks that end in a fault wait for earlier accesses.</summary>
internal enum ModelMode
{
    NoEts,
    Ets2,
}
