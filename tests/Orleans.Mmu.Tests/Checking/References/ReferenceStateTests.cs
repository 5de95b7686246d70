using CsCheck;
using Orleans.Mmu.Checking.References;

namespace Orleans.Mmu.Tests.Checking.References;

/// <summary>Eight CPUs in two words.</summary>
public class ReferenceStateTests
{
    private static readonly Gen<ReferenceState> Any =
        Gen.Select(Gen.ULong, Gen.ULong, (low, high) => new ReferenceState(low, high));
    private static readonly Gen<ReferenceCpu> AnyCpu = Gen.UShort.Select(bits => new ReferenceCpu(bits));

    [Fact]
    public void One_cpu_is_changed_and_no_other() =>
        Gen.Select(Any, Gen.Int[0, 7], AnyCpu).ForAll((state, cpu, value) =>
        {
            var changed = state.With(cpu, value);

            for (int i = 0; i < 8; i++)
                Assert.Equal(i == cpu ? value : state[i], changed[i]);
        });

    [Fact]
    public void Parts_of_a_cpu_do_not_touch_each_other() =>
        Gen.Select(AnyCpu, Gen.Int[0, 31], Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 5])
            .ForAll((cpu, tlb, walk, map, counter) =>
        {
            var made = cpu.WithTlb(tlb).WithWalk(walk).Sees(map).WithTlbi().At(counter);

            Assert.Equal(
                (tlb, walk, map, true, counter), (made.Tlb, made.Walk, made.SeesMap, made.HasTlbi, made.Counter));
            Assert.Equal((0, 0, map, true, counter), (made.Flushed().Tlb, made.Flushed().Walk, made.Flushed().SeesMap,
                made.Flushed().HasTlbi, made.Flushed().Counter));
            Assert.Equal((0, 0, map, false, counter), (made.AfterTlbi().Tlb, made.AfterTlbi().Walk,
                made.AfterTlbi().SeesMap, made.AfterTlbi().HasTlbi, made.AfterTlbi().Counter));
            Assert.Equal(counter + 1, made.Next().Counter);
        });

    [Fact]
    public void A_tlbi_of_any_cpu_is_seen() =>
        Gen.Select(Any, Gen.Int[0, 7]).ForAll((state, cpu) =>
        {
            Assert.Equal(Enumerable.Range(0, 8).Any(i => state[i].HasTlbi), state.HasTlbi);
            Assert.True(state.With(cpu, default(ReferenceCpu).WithTlbi()).HasTlbi);
            Assert.True(default(ReferenceState).With(cpu, default(ReferenceCpu).WithTlbi()).HasTlbi);
            Assert.False(
                Enumerable.Range(0, 8).Aggregate(state, (made, i) => made.With(i, made[i].AfterTlbi())).HasTlbi);
        });

    [Fact]
    public void An_orbit_has_one_representative_and_it_keeps_cpu_0() =>
        Gen.Select(Any, Gen.Int[2, 8], Gen.Int[1, 7], Gen.Int[1, 7]).ForAll((any, cpus, i, j) =>
        {
            var system = new ReferenceSystem(new(cpus, Parks: true, Symmetry: true));
            // CPUs beyond the last are zero in every state that can be reached.
            var state = Enumerable.Range(0, cpus)
                .Aggregate(default(ReferenceState), (made, cpu) => made.With(cpu, any[cpu]));
            (i, j) = (1 + (i - 1) % (cpus - 1), 1 + (j - 1) % (cpus - 1));
            var exchanged = state.With(i, state[j]).With(j, state[i]);
            var canonical = system.Canonical(state);

            Assert.Equal(canonical, system.Canonical(exchanged));
            Assert.Equal(canonical, system.Canonical(canonical));
            Assert.Equal(state[0], canonical[0]);
            Assert.Equal(
                Enumerable.Range(1, cpus - 1).Select(cpu => state[cpu].Bits).Order(),
                Enumerable.Range(1, cpus - 1).Select(cpu => canonical[cpu].Bits).Order());
        });
}
