using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.House;

/// <summary>
/// Silos of two versions and the states in storage understand each other only as long as ids, aliases and names stay.
/// Each change of them shows as a difference of golden/wire-contract.txt, which has to be intended.
/// </summary>
public sealed class WireContractTests
{
    [Fact]
    public void Ids_aliases_and_names_are_those_on_file() => Golden.Check("wire-contract", WireContract.Render());

    [Fact]
    public void Every_message_has_an_alias_of_its_own()
    {
        var aliases = WireContract.Messages.Select(m => (Message: m, Alias: WireContract.AliasOf(m))).ToList();

        Assert.NotEmpty(aliases);
        Assert.All(aliases, m => Assert.StartsWith("mmu.", m.Alias, StringComparison.Ordinal));
        Assert.Distinct(aliases.Select(m => m.Alias));
    }

    [Fact]
    public void Every_member_of_a_message_has_an_id_of_its_own() =>
        Assert.All(
            WireContract.Messages,
            m => Assert.Distinct(WireContract.Members(m).Select(i => i.Id)));

    [Fact]
    public void Every_grain_and_every_interface_has_a_name_that_does_not_depend_on_its_class()
    {
        Assert.NotEmpty(WireContract.Grains);
        Assert.All(WireContract.Grains, g => Assert.NotNull(WireContract.TypeOf(g)));
        Assert.NotEmpty(WireContract.Interfaces);
        Assert.All(WireContract.Interfaces, i => Assert.NotNull(WireContract.InterfaceTypeOf(i)));
    }
}
