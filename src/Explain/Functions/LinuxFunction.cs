namespace Orleans.Mmu.Explain.Functions;

/// <summary>A function of Linux on which a verdict rests, or by which an event of a counterexample happens.</summary>
/// <param name="Name">Its name without parentheses.</param>
/// <param name="Place">Where Linux has it: a file of the kernel's tree.</param>
/// <param name="Says">What it does, in one or two sentences.</param>
internal sealed record LinuxFunction(string Name, string Place, string Says);
