using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>The register of a TLBI, encoded and decoded.</summary>
public sealed class TlbiOperandTests
{
    private static readonly Gen<Granule> AnyGranule = Gen.OneOf([.. Granule.All]);

    [Fact]
    public void Every_register_by_address_is_encoded_as_it_was_read() =>
        Gen.Select(Gen.ULong, Gen.Bool).ForAll((register, intermediate) =>
    {
        var format = new TlbiOperandFormat(intermediate: intermediate);
        var operand = format.DecodeAddress(register);
        // Without a hint, TTL is written as 0.
        ulong ignored = operand.Level is null ? 0xfUL << 44 : 0;
        Assert.Equal(register & ~ignored, format.Encode(operand));
        Assert.Equal(operand, format.DecodeAddress(format.Encode(operand)));
    });

    // TTL 0b00xx, and level 0 of 16K and 64K, which is reserved.
    [Theory]
    [InlineData(0UL, false)]
    [InlineData(3UL, false)]
    [InlineData(4UL, true)]
    [InlineData(8UL, false)]
    [InlineData(9UL, true)]
    [InlineData(12UL, false)]
    [InlineData(15UL, true)]
    public void A_register_by_address_gives_a_granule_and_a_level_or_neither(ulong ttl, bool hints)
    {
        var operand = default(TlbiOperandFormat).DecodeAddress(ttl << 44);
        Assert.Equal((hints, hints), (operand.Granule is not null, operand.Level is not null));
        Assert.Equal(!hints, operand.NamesLeafAt(0) && operand.NamesLeafAt(3));
    }

    [Fact]
    public void Every_register_by_range_is_encoded_as_it_was_read() =>
        Gen.Select(Gen.ULong, AnyGranule, Gen.Bool, Gen.Bool).ForAll((any, granule, wide, intermediate) =>
        {
            ulong register = (any & ~(3UL << 46)) | (ulong)(granule.PageShift / 2 - 5) << 46;
            var format = new TlbiOperandFormat(wide, intermediate);
            var operand = format.DecodeRange(register);
            Assert.Same(granule, operand.Granule);
            Assert.Equal(register, format.Encode(operand));
        });

    [Fact]
    public void Every_ASID_is_encoded_as_it_was_read() =>
        Gen.UShort.ForAll(asid => Assert.Equal(asid, TlbiOperandFormat.AsidOf(TlbiOperandFormat.EncodeAsid(asid))));

    [Fact]
    public void A_range_names_what_the_forms_by_page_name() =>
        Gen.Select(AnyGranule, Gen.Bool, Gen.Bool, Gen.Bool, Gen.ULong, Gen.ULong[1, 5000]).ForAll(
            (granule, wide, upper, intermediate, any, pages) =>
            {
                ulong size = granule.PageSize;
                int bits = wide ? 51 : 47;
                upper &= !intermediate;
                ulong half = upper ? ulong.MaxValue << (bits + 1) : 0;
                // With TCR_ELx.DS, BaseADDR counts units of 64K for every granule.
                ulong unit = wide ? Granule.K64.PageSize : size;
                var start = new VirtualAddress(half | (any & (1UL << bits) - 1 & ~(unit - 1)));
                var format = new TlbiOperandFormat(wide, intermediate);
                var range = format.DecodeRange(format.Encode(
                    TlbiOperand.Range(start + (wide ? 0 : any % size), (pages - 1) * size + 1, granule)));
                Assert.Equal(start, range.Address);
                Assert.Equal(upper, range.Address.IsUpperHalf);
                // Rounded up by less than one unit of its scale.
                Assert.InRange(range.Length / size, pages, pages + (2UL << (5 * range.Span!.Value.Scale)) - 1);
                for (ulong i = 0; i < pages; i += Math.Max(1, pages / 64))
                {
                    var one = format.DecodeAddress(format.Encode(new(start + i * size)));
                    Assert.Equal(start + i * size, one.Address);
                    Assert.True(range.Names(one.Address));
                }

                Assert.False(range.Names(new(start.Value - 1)));
                Assert.False(range.Names(start + range.Length));
            });

    [Fact]
    public void The_smallest_span_is_taken() => Gen.ULong[1, TlbiSpan.MaxPages].ForAll(pages =>
    {
        ulong best = Enumerable.Range(0, 4).SelectMany(
            s => Enumerable.Range(0, 32).Select(n => new TlbiSpan(s, n).Pages)).Where(p => p >= pages).Min();
        Assert.Equal(best, TlbiSpan.Reaching(pages).Pages);
    });

    [Fact]
    public void A_range_that_no_operation_reaches_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TlbiSpan.Reaching(TlbiSpan.MaxPages + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TlbiOperand.Range(default, 0, Granule.K4));
        Assert.Throws<ArgumentException>(
            () => new TlbiOperandFormat(wide: true).Encode(TlbiOperand.Range(new(0x1000), 1, Granule.K4)));
    }

    [Theory]
    // VA[48:12], bit 48 set: the kernel's half.
    [InlineData(0x5f9f_f800_0000UL, 0xffff_8000_0000_0000UL)]
    [InlineData(0x4018_0000_0000UL, 0xffff_8000_0000_0000UL)]
    // Bit 47 alone: the lower half.
    [InlineData(0x4008_0000_0000UL, 0UL)]
    public void A_base_of_4K_is_sign_extended_from_bit_48(ulong register, ulong expected)
    {
        var operand = default(TlbiOperandFormat).DecodeRange(register);
        Assert.Same(Granule.K4, operand.Granule);
        Assert.Equal(expected & 0xffff_0000_0000_0000, operand.Address.Value & 0xffff_0000_0000_0000);
    }

    [Fact]
    public void TG_and_TTL_limit_what_is_named()
    {
        var range = TlbiOperand.Range(default, 1, Granule.K16) with { Level = 3 };
        Assert.True(range.NamesTablesOf(Granule.K16));
        Assert.False(range.NamesTablesOf(Granule.K4));
        Assert.True(range.NamesLeafAt(3));
        Assert.False(range.NamesLeafAt(2));
        Assert.False(default(TlbiOperandFormat).DecodeRange(0).NamesTablesOf(Granule.K4));
        Assert.True(new TlbiOperand(default).NamesLeafAt(2));
        Assert.True(new TlbiOperand(default).NamesTablesOf(Granule.K16));
        Assert.False(new TlbiOperand(default, 0, Granule.K64, 3).NamesTablesOf(Granule.K4));
    }

    [Theory]
    [InlineData("vmalle1", TlbiScope.All, false, false)]
    [InlineData("aside1is", TlbiScope.Asid, true, false)]
    [InlineData("vae1os", TlbiScope.Va, true, false)]
    [InlineData("rvaale1is", TlbiScope.VaAllAsidsLastLevel, true, true)]
    public void A_name_says_the_scope(string name, TlbiScope scope, bool broadcast, bool range) =>
        Assert.Equal((scope, broadcast, range), TlbiNames.Find(name));

    [Theory]
    [InlineData("rvmalle1is")]
    [InlineData("vae2is")]
    [InlineData("")]
    public void Another_name_is_none(string name) => Assert.Null(TlbiNames.Find(name));
}
