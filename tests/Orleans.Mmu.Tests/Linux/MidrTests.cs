using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;
using CoreModel = Orleans.Mmu.Linux.Cpus.Core;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>MIDR_EL1's fields, and the cores that they name.</summary>
public class MidrTests
{
    [Fact]
    public void The_fields_are_where_the_architecture_puts_them()
    {
        var midr = new Midr(0x414f_d0c1);

        Assert.Equal((0x41, 4, 0xd0c, 1), (midr.Implementer, midr.Variant, midr.Part, midr.Revision));
        Assert.Equal("0x414fd0c1", midr.ToString());
        Assert.Equal(0x41, midr.VariantRevision);
        Assert.Equal(new Midr(0x410f_d0c0), midr.Model);
        Assert.Equal(midr.Model, Midr.Of(0x41, 0xd0c));
    }

    [Fact]
    public void The_fields_put_together_are_the_register() =>
        Gen.UInt.ForAll(value =>
        {
            var midr = new Midr(value);
            uint architecture = value >> 16 & 0xf;
            Assert.Equal(value, (uint)midr.Implementer << 24 | (uint)midr.Variant << 20 | architecture << 16
                | (uint)midr.Part << 4 | (uint)midr.Revision);
            Assert.Equal(midr.Model, midr.Model.Model);
            Assert.Equal(0, midr.Model.VariantRevision);
        });

    [Theory]
    [InlineData(0x410fd842u, "Neoverse-V3")]
    [InlineData(0x411fd821u, "Cortex-X4")]
    [InlineData(0x414fd0c1u, "Neoverse-N1")]
    [InlineData(0x410fd034u, "Cortex-A53")]
    [InlineData(0xc00fac30u, "AmpereOne")]
    [InlineData(0xc00fac40u, "AmpereOne-A")]
    [InlineData(0x4e0f0100u, "NVIDIA Olympus")]
    [InlineData(0x410fd8c0u, "C1-Ultra")]
    public void A_core_is_known_by_implementer_and_part_whatever_its_revision(uint midr, string name) =>
        Assert.Equal(name, CoreModel.Of(new(midr)).Name);

    [Fact]
    public void A_core_that_nobody_listed_is_named_by_its_numbers()
    {
        var core = CoreModel.Of(new(0x5a1f_0ab3));

        Assert.Equal("implementer 0x5a part 0x0ab", core.Name);
        Assert.Equal((null, null), (core.Tlb, core.Bbm));
    }

    [Fact]
    public void Every_core_is_found_by_its_name_in_any_case()
    {
        Assert.NotEmpty(CoreModel.Names);
        foreach (string name in CoreModel.Names)
        {
            Assert.Equal(name, CoreModel.Find(name.ToUpperInvariant())!.Name);
            Assert.Equal(CoreModel.Find(name), CoreModel.Of(CoreModel.Find(name)!.Midr));
        }

        Assert.Null(CoreModel.Find("Cortex-M4"));
    }

    [Fact]
    public void Names_are_given_once() =>
        Assert.Equal(CoreModel.Names.Count(), CoreModel.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void A_core_that_every_list_trusts_holds_level_two_in_its_id_register_or_says_nothing()
    {
        foreach (string name in CoreModel.Names)
        {
            var core = CoreModel.Find(name)!;
            bool listed = AllowList.Linux73.Ranges.Any(r => r.Model == core.Midr);
            Assert.False(listed && core.Bbm is BbmLevel.Level0 or BbmLevel.Level1, name);
        }
    }

    [Fact]
    public void What_a_cpu_does_follows_the_file_then_the_newest_list_then_the_register_then_caution()
    {
        static CpuDescription Cpu(uint midr, BbmLevel? given = null) => new(new(midr), CoreModel.Of(new(midr)), given);

        Assert.Equal(BbmLevel.Level1, Cpu(0x410f_d842, BbmLevel.Level1).Bbm);
        Assert.Equal(BbmLevel.Level2NoAbort, Cpu(0x410f_d842).Bbm);
        Assert.Equal(BbmLevel.Level2, Cpu(0x410f_d841).Bbm);
        Assert.Equal(BbmLevel.Level2, Cpu(0x410f_d490).Bbm);
        Assert.Equal(BbmLevel.Level0, Cpu(0x414f_d0c1).Bbm);
        Assert.Equal(BbmLevel.Level0, Cpu(0x410f_d4f1).Bbm);
        Assert.True(Cpu(0x410f_d4f1).BbmIsAssumed);
        Assert.False(Cpu(0x410f_d4f1, BbmLevel.Level0).BbmIsAssumed);
        Assert.False(Cpu(0x410f_d842).BbmIsAssumed);
        Assert.False(Cpu(0x414f_d0c1).BbmIsAssumed);
    }
}
