using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>States of memory and of the CPUs, with what each register depends on.</summary>
internal sealed partial class RulesByVersion
{
    private sealed class State
    {
        public required LitmusValue[] Memory { get; init; }

        public required List<(int Descriptor, int[] Stored)>[] Versions { get; init; }

        public required Cpu[] Cpus { get; init; }

        public int[] Now() => [.. Versions.Select(v => v.Count - 1)];

        public State Copy() => new()
        {
            Memory = [.. Memory],
            Versions = [.. Versions.Select(v => v.ToList())],
            Cpus = [.. Cpus.Select(c => c.Copy())],
        };

        public string Key() => string.Join('|', [
            string.Join(',', Memory), string.Join(';',
                Versions.Select(v => string.Join(',', v.Select(x => $"{x.Descriptor}@{string.Join('.', x.Stored)}")))),
            .. Cpus.Select(c => c.Key())]);
    }

    private sealed class Cpu(int words)
    {
        public int At { get; set; }
        public bool Ended { get; set; }
        public (int At, int Page, string Type)? Fault { get; set; }
        public LitmusValue[] Registers { get; set; } = [];
        public int[][] Taint { get; set; } = [.. Enumerable.Range(0, 32).Select(_ => new int[words])];
        public int[][] TaintZ { get; set; } = [.. Enumerable.Range(0, 32).Select(_ => new int[words])];
        public int[] L { get; set; } = new int[words];
        public int[] E { get; set; } = new int[words];
        public int[] D { get; set; } = new int[words];
        public int[] I { get; set; } = new int[words];
        public int[] Z { get; set; } = new int[words];
        public int[] C { get; set; } = new int[words];
        public int[] A { get; set; } = new int[words];
        public int[] W { get; set; } = new int[words];
        public int[] LastLoad { get; set; } = new int[words];
        public int[] LastStore { get; set; } = new int[words];
        public List<(bool Broadcast, int[] Floor)> Pending { get; set; } = [];

        public Cpu Copy()
        {
            var copy = (Cpu)MemberwiseClone();
            copy.Registers = [.. Registers];
            copy.Taint = [.. Taint];
            copy.TaintZ = [.. TaintZ];
            copy.Pending = [.. Pending];
            return copy;
        }

        public string Key() => string.Join('/', [
            $"{At}{Ended}{Fault}", string.Join(',', Registers),
            string.Join(',', Pending.Select(p => $"{p.Broadcast}{string.Join('.', p.Floor)}")),
            .. new[] { L, E, D, I, Z, C, A, W, LastLoad, LastStore }.Concat(Taint).Concat(TaintZ)
                .Select(v => string.Join('.', v))]);
    }
}
